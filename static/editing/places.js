// Leads to a place of the form: opens what it is folded in, and gives it the focus. Without this
// script the browser scrolls to it.
(() => {
  const FOCUSABLE = "input:not([type=hidden]), select, textarea, button, [contenteditable=true]";
  const seen = (element) => element.getClientRects().length > 0 && !element.disabled;

  const isToBecomeAnEditor = (place) =>
    place.matches("textarea") &&
    Object.keys(place.dataset).some((name) => name.startsWith("djangoProseEditor")) &&
    !place.closest(".form-row, td")?.querySelector("[contenteditable=true]");

  // What one types in: an editor or a search box may stand for the field.
  function control(place) {
    if (isToBecomeAnEditor(place)) return null;
    if (place.matches(FOCUSABLE) && seen(place) && !place.matches(".select2-hidden-accessible")) {
      return place;
    }
    const row = place.matches(FOCUSABLE) ? place.closest(".form-row, td") : place;
    const editor = row !== place && row?.querySelector("[contenteditable=true]");
    if (editor) return editor;
    const inside = [...(row?.querySelectorAll(`.select2-selection, ${FOCUSABLE}`) ?? [])];
    return inside.find((one) => seen(one) && !one.matches(".select2-hidden-accessible, .move-button"));
  }

  function reveal(id, patience = 20) {
    const place = id && document.getElementById(id);
    if (!place) return false;
    for (let folded = place.closest("details"); folded; folded = folded.parentElement.closest("details")) {
      folded.open = true;
    }
    for (const folded of place.matches(".inline-related") ? place.querySelectorAll(":scope > details") : []) {
      folded.open = true;
    }
    const found = control(place);
    if (!found && patience) {
      setTimeout(reveal, 100, id, patience - 1); // its editor is still loading
      return true;
    }
    (found ?? place).scrollIntoView({ block: "center" });
    found?.focus({ preventScroll: true });
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link || !link.closest(".conflict, .error-summary, .before, .submit-row")) return;
    if (reveal(decodeURIComponent(link.hash.slice(1)), 0)) event.preventDefault();
  });
  window.addEventListener("load", () => reveal(decodeURIComponent(location.hash.slice(1))));
})();
