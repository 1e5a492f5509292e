// Proposals while somebody types: the WAI-ARIA editable combobox with a list.
//
// Whatever has one works without it: the box is sent with its form. Its address carries a hash of its
// content, by which nothing imports it: modules that come after it find `Combobox`.

const PATIENCE = 150;
const LETTERS = 2;
// Pixels that stay above the box when the page is moved for its list.
const MARGIN = 8;
// What keys of an input method are called where `isComposing` says nothing: Safari, as one ends.
const COMPOSING = 229;

const element = (name, attributes = {}, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

class Combobox {
  static count = 0;
  static element = element;

  // Enter sends what was typed, whatever the list does: a proposal counts only if somebody went to
  // it. `choosesOnEnter`: within a form that writes something, Enter takes the first proposal, or
  // asks for some, rather than send the form with a name that nobody chose.
  //
  // `ask(typed)` returns the address that answers, `read(answer, typed)` what of the answer is
  // proposed: groups of options, `{ label, options: [{ id, label, detail, isBeside }] }`, whose own
  // label may be missing; what is beside is not counted. `onPick(option)` returns what is said of a choice. `words` are what is said: `list`,
  // `found(number)`, `none(typed)`, `failed`.
  constructor(input, { ask, read, onPick, words, below = input, choosesOnEnter = false, isEnough }) {
    Object.assign(this, { input, address: ask, read, onPick, words, choosesOnEnter });
    this.isEnough = isEnough ?? ((typed) => typed.length >= LETTERS);
    const id = `combobox-list-${(Combobox.count += 1)}`;
    this.proposed = [];
    this.options = [];
    this.active = -1;
    this.list = element("div", { id, role: "listbox", class: "combobox-list", hidden: "" });
    this.list.setAttribute("aria-label", words.list);
    // There from the start where room is kept for it.
    this.status =
      below.parentElement.querySelector("[role=status]") ??
      element("p", { role: "status", class: "combobox-status" });
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
    if (!this.isEnough(typed)) {
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
    try {
      const response = await fetch(this.address(typed), { signal, headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(response.status);
      const groups = this.read(await response.json(), typed);
      if (signal.aborted || document.activeElement !== this.input) return;
      this.hasFailed = false;
      this.show(groups);
      const found = this.proposed.filter(({ isBeside }) => !isBeside).length;
      this.status.textContent = found ? this.words.found(found) : this.words.none(typed);
    } catch (error) {
      if (error.name === "AbortError") return;
      this.hasFailed = true;
      this.show([]);
      this.status.textContent = this.words.failed;
    } finally {
      if (this.request === request) this.request = null;
    }
  }

  show(groups) {
    const chosen = this.proposed[this.active]?.id;
    this.proposed = groups.flatMap(({ options }) => options);
    this.options = [];
    const { id } = this.list;
    const shown = groups.flatMap(({ label, options }, place) => {
      const made = options.map((option) => this.option(option));
      this.options.push(...made);
      if (!label) return made;
      const title = element("div", { id: `${id}-group-${place}`, class: "group-label" }, label);
      return [element("div", { role: "group", "aria-labelledby": title.id }, title, ...made)];
    });
    for (const [place, option] of this.options.entries()) option.id = `${id}-${place}`;
    this.list.replaceChildren(...shown);
    this.list.hidden = !shown.length;
    this.input.setAttribute("aria-expanded", String(shown.length > 0));
    if (shown.length) this.bringIntoSight();
    this.move(chosen === undefined ? -1 : this.proposed.findIndex(({ id }) => id === chosen));
  }

  option({ label, detail, isBeside }) {
    const made = element("div", { role: "option", "aria-selected": "false" });
    if (isBeside) made.className = "beside";
    made.append(element("span", { class: "label" }, label));
    if (detail) made.append(" ", element("span", { class: "detail" }, detail));
    return made;
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
    const option = this.proposed[place];
    if (!option) return;
    this.close();
    this.status.textContent = this.onPick(option) || "";
  }

  close() {
    this.forget();
    this.show([]);
  }
}

globalThis.Combobox = Combobox;
