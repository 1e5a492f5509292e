// The admin's search field for several choices has no name of its own: it takes that of its list.
(() => {
  function name(field) {
    const list = field.closest(".select2-container")?.parentElement.querySelector("select[multiple]");
    const label = list && document.querySelector(`label[for="${list.id}"]`);
    if (label) field.setAttribute("aria-label", label.textContent.replace(/\s*:\s*$/, ""));
  }

  // Whenever the admin's own script makes one: no event tells of it.
  function nameAll() {
    document.querySelectorAll(".select2-search__field:not([aria-label])").forEach(name);
  }
  new MutationObserver(nameAll).observe(document.documentElement, { childList: true, subtree: true });
  nameAll();
})();
