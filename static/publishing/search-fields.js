// The admin's search field for several choices has no name of its own: it takes that of its list.
(() => {
  function name(root) {
    for (const select of root.querySelectorAll("select.admin-autocomplete[multiple]")) {
      const field = select.parentElement.querySelector(".select2-search__field");
      const label = document.querySelector(`label[for="${select.id}"]`);
      if (field && label) field.setAttribute("aria-label", label.textContent.replace(/\s*:\s*$/, ""));
    }
  }

  window.addEventListener("load", () => name(document));
  // After the admin's own script, which makes the field.
  document.addEventListener("formset:added", (event) => setTimeout(() => name(event.target)));
})();
