// What a synonym would change is shown in its form, without leaving it.
document.addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("[data-try]");
  const panel = document.querySelector("[data-effects]");
  if (!button || !panel) return;

  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const sent = new URLSearchParams(new FormData(button.form));
    sent.set("panel", "1");
    try {
      const response = await fetch(button.formAction, { method: "POST", body: sent, redirect: "error" });
      if (!response.ok) throw new Error(response.statusText);
      const shown = new DOMParser().parseFromString(await response.text(), "text/html");
      panel.replaceChildren(...shown.body.childNodes);
    } catch {
      panel.textContent = "Le portail n’a pas répondu. Réessayez dans un moment.";
    }
    button.disabled = false;
    document.getElementById("effets").focus();
  });
});
