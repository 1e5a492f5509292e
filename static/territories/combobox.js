// Suggestions while a territory is typed: the WAI-ARIA editable combobox with a list.
//
// Enhances two things that work without it: the form field (`data-territory-field`, where what is
// picked is added to the choices) and the search box (`data-territory-search`, where it is opened).

const PATIENCE = 150;
const LETTERS = 2;
// Pixels that stay above the box when the page is moved for its list.
const MARGIN = 8;
// What keys of an input method are called where `isComposing` says nothing: Safari, as one ends.
const COMPOSING = 229;
let count = 0;

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

const plural = (number) =>
  `${number} territoire${number > 1 ? "s" : ""} proposé${number > 1 ? "s" : ""}. Flèches haut et bas pour choisir.`;

class Combobox {
  // Enter sends what was typed, whatever the list does: a proposal counts only if somebody went to
  // it. `choosesOnEnter`: within a form that writes something, Enter takes the first proposal, or
  // asks for some, rather than send the form with a name that nobody chose.
  constructor(input, { url, levels, onPick, below = input, choosesOnEnter = false }) {
    Object.assign(this, { input, url, levels, onPick, choosesOnEnter });
    const id = `territory-list-${(count += 1)}`;
    this.options = [];
    this.active = -1;
    this.list = element("ul", { id, role: "listbox", class: "territory-list", hidden: "" });
    this.list.setAttribute("aria-label", "Territoires proposés");
    // There from the start in the form field, where its room is kept.
    this.status =
      below.parentElement.querySelector("[role=status]") ??
      element("p", { role: "status", class: "territory-status" });
    below.after(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-controls": id,
      autocomplete: "off",
    })) input.setAttribute(name, value);
    input.addEventListener("input", () => this.wait());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.close());
    // What is asked meanwhile would open over the page that comes.
    input.form?.addEventListener("submit", () => this.close());
    // Before the box loses the focus, which would close the list under the pointer.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.pick(this.options.indexOf(option));
    });
    // Somebody may have typed before this script came, or while the list around the box changed.
    if (document.activeElement === input && input.value !== input.defaultValue) this.wait();
  }

  // What is typed is not answered yet: the list may still open.
  get isAsking() {
    return Boolean(this.timer || this.request);
  }

  forget() {
    clearTimeout(this.timer);
    this.request?.abort();
    this.timer = this.request = null;
  }

  wait(patience = PATIENCE) {
    this.forget();
    // What was gone to answered other words.
    this.move(-1);
    const typed = this.input.value.trim();
    if (typed.length < LETTERS && !/\d/.test(typed)) {
      this.show([]);
      this.status.textContent = "";
      return;
    }
    this.timer = setTimeout(() => this.ask(typed), patience);
  }

  async ask(typed) {
    const request = new AbortController();
    const { signal } = request;
    this.timer = null;
    this.request = request;
    const query = new URLSearchParams({ q: typed, format: "json" });
    for (const level of this.levels) query.append("niveau", level);
    try {
      const response = await fetch(`${this.url}?${query}`, { signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.status);
      const { results } = await response.json();
      if (signal.aborted || document.activeElement !== this.input) return;
      this.hasFailed = false;
      this.show(results);
      this.status.textContent = results.length
        ? plural(results.length)
        : `Aucun territoire ne répond à « ${typed} ».`;
    } catch (error) {
      if (error.name === "AbortError") return;
      this.hasFailed = true;
      this.show([]);
      this.status.textContent =
        "Les propositions ne viennent pas. Écrivez le nom en entier et envoyez : le choix sera sur la page suivante.";
    } finally {
      if (this.request === request) this.request = null;
    }
  }

  show(results) {
    const chosen = this.results?.[this.active]?.id;
    this.results = results;
    this.options = results.map((result, place) => {
      const option = element("li", { role: "option", id: `${this.list.id}-${place}`, "aria-selected": "false" });
      option.append(element("span", { class: "label" }, result.label), " ", element("span", { class: "detail" }, result.detail));
      return option;
    });
    this.list.replaceChildren(...this.options);
    this.list.hidden = !results.length;
    this.input.setAttribute("aria-expanded", String(results.length > 0));
    if (results.length) this.bringIntoSight();
    this.move(results.findIndex(({ id }) => id === chosen));
  }

  // Above the keyboard of a phone and what sticks to the foot of the page, without driving the box
  // out of sight.
  bringIntoSight() {
    const { height, offsetTop } = window.visualViewport;
    const kept = parseFloat(getComputedStyle(document.documentElement).scrollPaddingBottom) || 0;
    const hidden = Math.ceil(this.list.getBoundingClientRect().bottom - (offsetTop + height - kept));
    const above = this.input.getBoundingClientRect().top - offsetTop - MARGIN;
    window.scrollBy(0, Math.max(Math.min(hidden, above), 0));
  }

  get isOpen() {
    return !this.list.hidden;
  }

  move(place) {
    this.options[this.active]?.setAttribute("aria-selected", "false");
    this.active = place;
    const option = this.options[place];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  press(event) {
    if (event.isComposing || event.keyCode === COMPOSING) return;
    const last = this.options.length - 1;
    // These move the caret: back in the box.
    const toBox = () => {
      this.move(-1);
      return false;
    };
    const turn = {
      Home: toBox,
      End: toBox,
      ArrowLeft: toBox,
      ArrowRight: toBox,
      ArrowDown: () => (this.isOpen ? this.move(this.active < last ? this.active + 1 : 0) : this.wait()),
      ArrowUp: () => this.isOpen && this.move(this.active > 0 ? this.active - 1 : last),
      Enter: () => this.enter(event),
      Escape: () => {
        if (this.isOpen) this.close();
        else this.input.value = "";
      },
    }[event.key];
    if (turn && turn() !== false) event.preventDefault();
  }

  // Returns false where the browser sends the form, as it does without this script.
  enter({ repeat }) {
    // Held down, it would send the form again and again.
    if (repeat) return true;
    if (this.active >= 0) {
      this.pick(this.active);
      return true;
    }
    if (!this.choosesOnEnter) return false;
    const isUnchosen = !this.isOpen && this.input.value.trim();
    if (this.isAsking || (isUnchosen && !this.hasFailed)) this.wait(0);
    else if (this.isOpen) this.pick(0);
    else return false;
    return true;
  }

  pick(place) {
    const result = this.results[place];
    if (!result) return;
    this.input.value = "";
    this.close();
    this.status.textContent = this.onPick(result) || "";
  }

  close() {
    this.forget();
    this.show([]);
  }
}

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
    this.combobox = new Combobox(this.input, {
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
    new Combobox(form.querySelector("input[type=search]"), {
      url: new URL(form.action).pathname,
      levels: [],
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
