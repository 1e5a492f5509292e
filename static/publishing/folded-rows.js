// Folds the rows of a long inline: each shows in one line what its marked fields hold
// (data-outline: what parts it from the one before), and opens on demand. Rows in error stay open.
// Without this script all are open.
(() => {
  const LONG = 5;
  const DAY = { weekday: "short", day: "numeric", month: "short" };

  function shown(field) {
    if (field.type === "date" && field.value) {
      const day = new Date(`${field.value}T12:00`);
      return Number.isNaN(day.valueOf()) ? "" : day.toLocaleDateString("fr-FR", DAY);
    }
    return field.value && field.selectedOptions ? field.selectedOptions[0].text : field.value;
  }

  function outline(row) {
    const told = [...row.querySelectorAll("[data-outline]")]
      .map((field) => [field.dataset.outline, shown(field)])
      .filter(([, value]) => value);
    return told.map(([parting, value], rank) => (rank ? parting : "") + value).join("");
  }

  function fold(row) {
    const folded = document.createElement("details");
    const summary = document.createElement("summary");
    const words = document.createElement("span");
    const title = document.createElement("span");
    title.className = "visually-hidden";
    // The heading says its number; here, what it is called.
    const [named] = [...row.querySelectorAll("[data-summary-rank]")].sort(
      (one, other) => other.dataset.summaryRank - one.dataset.summaryRank,
    );
    title.textContent = `${named?.value || row.querySelector("h3 b").textContent.trim()} : `;
    summary.append(title, words);
    folded.className = "folded-row";
    folded.open = Boolean(row.querySelector(".errorlist"));
    folded.append(summary, ...row.querySelectorAll(":scope > fieldset"));
    row.querySelector(":scope > h3").after(folded);
    const say = () => { words.textContent = outline(row) || "Détails"; };
    folded.addEventListener("change", say);
    say();
    return folded;
  }

  function foldAll(group) {
    const rows = [...group.querySelectorAll(".inline-related.has_original:not(.empty-form)")];
    if (rows.length <= LONG) return;
    const folded = rows.map(fold);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button unfold";
    const name = () => {
      button.textContent = folded.some((row) => !row.open) ? "Tout déplier" : "Tout replier";
    };
    button.addEventListener("click", () => {
      const open = folded.some((row) => !row.open);
      for (const row of folded) row.open = open;
      name();
    });
    name();
    for (const row of folded) row.addEventListener("toggle", name);
    group.querySelector(".inline-heading").after(button);
  }

  document.addEventListener("DOMContentLoaded", () => {
    for (const fieldset of document.querySelectorAll(".inline-group fieldset.foldable")) {
      foldAll(fieldset.closest(".inline-group"));
    }
  });
})();
