// The figures of the desk follow what happens: asked again while somebody looks at the page.
(() => {
  const EVERY = 15_000;

  async function refresh() {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      const parts = fresh.querySelectorAll("[data-live]");
      document.querySelectorAll("[data-live]").forEach((part, index) => {
        // Whoever is on a link of it keeps it.
        if (parts[index] && !part.contains(document.activeElement)) {
          part.replaceChildren(...parts[index].childNodes);
        }
      });
    } catch {
      // No network for a moment: the next time will do.
    }
  }

  setInterval(refresh, EVERY);
})();
