// Shows the picture beside the list it was chosen from, and proposes its usual alternative where
// none is written yet. Without this script, the list shows titles and the field waits.
(() => {
  const CHOICES = ".related-widget-wrapper[data-model-ref='image'] select";

  function alternativeOf(select) {
    const names = [select.name.replace(/image$/, "alt"), `${select.name}_alt`];
    return names
      .map((name) => select.form.elements.namedItem(name))
      .find((field) => field && field !== select);
  }

  function propose(select, alternative) {
    const field = alternativeOf(select);
    // What the editor wrote stays; what was proposed for the picture before does not.
    if (!field || (field.value && field.value !== field.dataset.proposed)) return;
    field.value = field.dataset.proposed = alternative;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function show(select, picture) {
    const wrapper = select.closest(".related-widget-wrapper");
    wrapper.querySelector(".chosen-picture")?.remove();
    if (!picture) return;
    const image = document.createElement("img");
    image.className = "chosen-picture";
    image.alt = "";
    image.width = picture.width;
    image.height = picture.height;
    image.src = picture.src;
    wrapper.append(image);
  }

  async function follow(select, isNew) {
    const key = select.value;
    let picture = null;
    if (key) {
      const root = select.getAttribute("data-ajax--url").replace(/autocomplete\/$/, "");
      const answer = await fetch(`${root}media/image/${encodeURIComponent(key)}/choisie/`);
      if (select.value !== key) return; // another was chosen meanwhile
      if (answer.ok) picture = await answer.json();
    }
    show(select, picture);
    if (isNew) propose(select, picture?.alt ?? "");
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const select of document.querySelectorAll(CHOICES)) {
      if (select.value && !select.name.includes("__prefix__")) follow(select, false);
    }
    // The list tells of its changes through jQuery only.
    django.jQuery(document).on("change", CHOICES, (event) => follow(event.target, true));
  });
})();
