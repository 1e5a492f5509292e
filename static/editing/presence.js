// Says who else has the same form open, and who saved it since it was opened. It asks while the page
// is in sight only, and says when it is left.
document.addEventListener("DOMContentLoaded", () => {
  const EVERY = 5000;
  const panel = document.querySelector("[data-presence]");
  if (!panel) return;
  const others = panel.querySelector("[data-others]");
  const news = panel.querySelector("[data-news]");
  const now = panel.querySelector("[data-now]");
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;
  let timer = 0;

  // Written only when it differs: a screen reader says it again at each writing.
  function say(place, words) {
    if (place.textContent !== words) place.textContent = words;
  }

  function post(words, keepalive = false) {
    return fetch(panel.dataset.presence, {
      method: "POST",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams(words),
      redirect: "manual",
      keepalive,
    });
  }

  async function ask() {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      const response = await post({ seen: panel.dataset.seen });
      if (response.ok) {
        const told = await response.json();
        say(others, told.others);
        say(news, told.news);
        now.hidden = !told.news;
      } else if (response.type === "opaqueredirect" || response.status === 403) {
        say(news, "Votre session est finie. Gardez cette page ouverte, connectez-vous dans un autre onglet, puis enregistrez.");
      }
    } catch {
      // Offline for a moment: the next call will tell.
    }
    timer = setTimeout(ask, EVERY);
  }

  now.querySelector("a").href = location.href;
  document.addEventListener("visibilitychange", ask);
  window.addEventListener("pagehide", () => {
    post({ leaving: "1" }, true).catch(() => {});
  });
  ask();
});

// What the page asks first is what one hears first.
document.addEventListener("DOMContentLoaded", () => {
  document.querySelector("[data-focus-first]")?.focus();
});
