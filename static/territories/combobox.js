// Proposals while a territory is typed.
//
// Enhances two things that work without it: the form field (`data-territory-field`, where what is
// picked is added to the choices) and the search box (`data-territory-search`, where it is opened).
// `Combobox` is that of site/combobox.js, which comes before.
const { Combobox } = globalThis;
const { element } = Combobox;

const WORDS = {
  list: "Territoires proposés",
  found: (number) =>
    `${number} territoire${number > 1 ? "s" : ""} proposé${number > 1 ? "s" : ""}. Flèches haut et bas pour choisir.`,
  none: (typed) => `Aucun territoire ne répond à « ${typed} ».`,
  failed:
    "Les propositions ne viennent pas. Écrivez le nom en entier et envoyez : le choix sera sur la page suivante.",
};

const territories = (input, { url, levels = [], onPick, ...options }) =>
  new Combobox(input, {
    ask: (typed) => {
      const query = new URLSearchParams({ q: typed, format: "json" });
      for (const level of levels) query.append("niveau", level);
      return `${url}?${query}`;
    },
    read: ({ results }) => (results.length ? [{ options: results }] : []),
    // Codes begin with one digit.
    isEnough: (typed) => typed.length > 1 || /\d/.test(typed),
    onPick: (territory) => {
      input.value = "";
      return onPick(territory);
    },
    words: WORDS,
    ...options,
  });

class Field {
  constructor(root) {
    this.root = root;
    this.chosen = root.querySelector("[data-chosen]");
    this.input = root.querySelector(".territory-typing input");
    // The admin renames the box of a row that it adds.
    this.name = this.input.name.replace(/_q$/, "");
    // Answers that the server gave to what was typed are the list's work from now on, but they are
    // on screen and may be ticked: they stay.
    for (const item of [...this.chosen.children]) {
      const label = item.textContent.trim();
      item.replaceWith(this.chip(item.dataset.key, label));
    }
    this.combobox = territories(this.input, {
      url: root.dataset.searchUrl,
      levels: root.dataset.levels.split(" ").filter(Boolean),
      onPick: (result) => this.add(result),
      // A filter only asks: what was typed is answered by the page, which offers what it may mean.
      choosesOnEnter: this.input.form?.method !== "get",
    });
    // Words that nobody chose are no choice: a form that follows changes waits for one.
    this.input.addEventListener("change", (event) => event.stopPropagation());
  }

  chip(key, label) {
    const remove = element("button", { type: "button", "aria-label": `Retirer ${label}` }, "×");
    const chip = element(
      "li",
      { "data-key": key },
      element("input", { type: "hidden", name: this.name, value: key }),
      element("span", {}, label),
      remove,
    );
    remove.addEventListener("click", () => {
      const next = chip.nextElementSibling ?? chip.previousElementSibling;
      chip.remove();
      (next?.querySelector("button") ?? this.input).focus();
      this.combobox.status.textContent = `${label} retiré.`;
      this.changed();
    });
    return chip;
  }

  add({ id, label, detail }) {
    // Of a former commune, today's name is what is chosen.
    // Told apart as everywhere else: "Grenoble (Isère)", "Isère (département)".
    const [, kind, department] = detail.match(/^(.*?)(?:, (.*))? \(\w+\)$/);
    const name = `${label.split(" → ").pop()} (${department ?? kind})`;
    if (!("multiple" in this.root.dataset)) {
      this.chosen.replaceChildren();
      this.root.querySelector("[data-answers]")?.remove();
    }
    if ([...this.chosen.children].some((chip) => chip.dataset.key === id)) return `${name} est déjà choisi.`;
    this.chosen.append(this.chip(id, name));
    this.changed();
    return `${name} choisi.`;
  }

  changed() {
    this.root.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

const enhance = (root) => {
  for (const field of root.querySelectorAll("[data-territory-field]:not([data-ready])")) {
    // The empty row that the admin copies is enhanced once copied.
    if (field.closest(".empty-form")) continue;
    field.dataset.ready = "";
    new Field(field);
  }
  for (const form of root.querySelectorAll("form[data-territory-search]:not([data-ready])")) {
    form.dataset.ready = "";
    territories(form.querySelector("input[type=search]"), {
      url: new URL(form.action).pathname,
      // Under the button, which it must not cover.
      below: form.querySelector(".search-line"),
      onPick: ({ url, label }) => {
        window.location.assign(url);
        return `${label} : la page s’ouvre.`;
      },
    });
  }
};

enhance(document);
document.addEventListener("formset:added", (event) => enhance(event.target));
// A part of the page that came in place of another.
document.addEventListener("htmx:load", (event) => enhance(event.target));
