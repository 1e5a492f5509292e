// Says who else has the same content open, so that two people talk before they overwrite.
document.addEventListener("DOMContentLoaded", () => {
  const panel = document.querySelector("[data-presence]");
  if (!panel) return;
  const message = panel.querySelector(".presence");
  const token = document.querySelector("input[name=csrfmiddlewaretoken]").value;

  async function tell() {
    if (document.hidden) return;
    try {
      const response = await fetch(panel.dataset.presence, {
        method: "POST",
        headers: { "X-CSRFToken": token },
      });
      if (!response.ok) return;
      const { others } = await response.json();
      message.hidden = others.length === 0;
      message.textContent = others.length
        ? `${others.join(", ")} ${others.length > 1 ? "ont" : "a"} aussi ce contenu ouvert.`
        : "";
    } catch {
      // Offline for a moment: the next call will tell.
    }
  }

  tell();
  setInterval(tell, 30000);
});

// Asks before leaving a form with something typed and not saved.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector(".change-form form[id$='_form']");
  if (!form) return;
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("change", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });
});
