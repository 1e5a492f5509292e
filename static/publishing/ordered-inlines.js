// Moves the rows of an ordered inline up and down with buttons, so that order needs neither a
// mouse nor numbers. Without this script the rank is a number to fill.
(() => {
  const rowsOf = (group) =>
    [...group.querySelectorAll(".inline-related:not(.empty-form):not(.tabular), tr.form-row:not(.empty-form)")];

  // « Bloc 3 · Citation »: its place, and what says which it is.
  function name(group) {
    rowsOf(group).forEach((row, index) => {
      const number = row.querySelector("[data-number]");
      if (number) number.textContent = index + 1;
      const label = number && row.querySelector(".inline_label");
      if (!label) return;
      const summary = [...row.querySelectorAll("[data-summary-rank]")]
        .sort((one, other) => one.dataset.summaryRank - other.dataset.summaryRank)
        .map((field) => (field.selectedOptions ? field.selectedOptions[0]?.text : field.value) || "")
        .map((words) => words.trim())
        .filter(Boolean)
        .join(" · ");
      if (label.textContent !== summary) label.textContent = summary;
    });
  }

  function number(group) {
    rowsOf(group).forEach((row, index) => {
      const position = row.querySelector("input[name$='-position']");
      if (position) position.value = index;
    });
    name(group);
  }

  // A form that comes back has its new rows last: they go where their rank puts them.
  function sort(group) {
    const rows = rowsOf(group);
    const rank = (row) => Number(row.querySelector("input[name$='-position']")?.value ?? 0);
    const sorted = [...rows].sort((one, other) => rank(one) - rank(other));
    const mark = document.createComment("");
    if (rows.length) rows[0].before(mark);
    for (const row of sorted) mark.before(row);
    mark.remove();
  }

  function button(label, symbol, onClick) {
    const element = document.createElement("button");
    element.type = "button";
    element.className = "move-button";
    element.textContent = symbol;
    element.setAttribute("aria-label", label);
    element.addEventListener("click", onClick);
    return element;
  }

  function move(row, group, step) {
    const rows = rowsOf(group);
    const other = rows[rows.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    number(group);
    row.querySelector(step < 0 ? ".move-up" : ".move-down").focus();
    const status = group.querySelector(".order-status");
    status.textContent = `Rang ${rowsOf(group).indexOf(row) + 1} sur ${rowsOf(group).length}`;
  }

  function equip(row, group) {
    const position = row.querySelector("input[name$='-position']");
    if (!position || row.querySelector(".move-up")) return;
    const up = button("Monter", "↑", () => move(row, group, -1));
    const down = button("Descendre", "↓", () => move(row, group, 1));
    up.classList.add("move-up");
    down.classList.add("move-down");
    const buttons = document.createElement("span");
    buttons.className = "move-buttons";
    buttons.append(up, down);
    position.type = "hidden";
    const field = position.closest(".form-row.field-position, td.field-position");
    if (field?.matches("td")) {
      field.append(buttons);
    } else {
      field?.classList.add("moved");
      row.querySelector("h3").append(buttons);
    }
  }

  // Django leaves this header empty, and a screen reader with nothing to say of its column.
  function nameHeaders() {
    for (const header of document.querySelectorAll(".inline-group th.original:empty")) {
      const name = document.createElement("span");
      name.className = "visually-hidden";
      name.textContent = "Enregistré";
      header.append(name);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    nameHeaders();
    for (const fieldset of document.querySelectorAll(".inline-group fieldset.ordered")) {
      const group = fieldset.closest(".inline-group");
      const status = document.createElement("p");
      status.className = "order-status visually-hidden";
      status.setAttribute("role", "status");
      group.append(status);
      const cameBack = document.querySelector(".errornote");
      if (cameBack && !fieldset.matches(".foldable")) sort(group);
      rowsOf(group).forEach((row) => equip(row, group));
      name(group);
      group.addEventListener("input", () => name(group));
      group.addEventListener("change", () => name(group));
      document.addEventListener("formset:removed", () => name(group));
      document.addEventListener("formset:added", (event) => {
        if (group.contains(event.target)) {
          equip(event.target, group);
          number(group);
        }
      });
      group.closest("form").addEventListener("submit", () => number(group));
    }
  });
})();
