// Shows, of each block, the fields of its kind only.
(() => {
  function show(block) {
    const kind = block.querySelector("select[name$='-kind']")?.value;
    if (!kind) return;
    for (const row of block.querySelectorAll(".form-row")) {
      const field = row.querySelector("[data-kinds]");
      if (field) row.hidden = !field.dataset.kinds.split(" ").includes(kind);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const group = document.getElementById("blocks-group");
    if (!group) return;
    group.querySelectorAll(".inline-related").forEach(show);
    group.addEventListener("change", (event) => {
      if (event.target.matches("select[name$='-kind']")) show(event.target.closest(".inline-related"));
    });
    document.addEventListener("formset:added", (event) => {
      if (group.contains(event.target)) {
        show(event.target);
        event.target.querySelector("select[name$='-kind']")?.focus();
      }
    });
  });
})();
