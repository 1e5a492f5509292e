// « Avant de publier », evaluated anew by the server as one writes: the rules are written once.
document.addEventListener("DOMContentLoaded", () => {
  const REST = 1200; // milliseconds without a key
  const panel = document.querySelector("[data-before]");
  const form = panel?.closest("form");
  if (!form) return;
  const count = document.querySelector("[data-before-count]");
  let timer = 0;
  let asked = 0;
  let evaluated = String(written());

  // Without its mark, which is long, nor files, whose names are all that would be sent.
  function written() {
    const sent = [...new FormData(form)];
    return new URLSearchParams(
      sent.filter(([name, value]) => name !== "shown_at_opening" && typeof value === "string"),
    );
  }

  async function evaluate() {
    const data = written();
    if (String(data) === evaluated) return;
    evaluated = String(data);
    const mine = ++asked;
    try {
      const response = await fetch(panel.dataset.before, { method: "POST", body: data, redirect: "manual" });
      if (!response.ok || mine !== asked) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const list = page.querySelector("[data-before-list]");
      const old = panel.querySelector("[data-before-list]");
      if (!list || old.contains(document.activeElement)) return;
      list.open = old.open;
      const words = list.querySelector("summary").textContent.trim();
      old.replaceWith(list);
      if (count && count.textContent !== words) count.textContent = words;
    } catch {
      // Offline for a moment: the next key will tell.
    }
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(evaluate, REST);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);
  document.addEventListener("formset:added", later);
  document.addEventListener("formset:removed", later);
});
