// Asks before leaving a form with something typed and not saved.
document.addEventListener("DOMContentLoaded", () => {
  const form = document.querySelector(".change-form form[id$='_form']");
  if (!form) return;
  // What comes back with a remark is not saved yet.
  let changed = Boolean(document.querySelector(".errornote"));
  form.addEventListener("input", () => { changed = true; });
  form.addEventListener("change", () => { changed = true; });
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    // A browser asks nothing of a page that nobody touched, and complains of being asked to.
    if (changed && navigator.userActivation?.hasBeenActive !== false) event.preventDefault();
  });
});
