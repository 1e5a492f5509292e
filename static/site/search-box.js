// Names proposed in the box that searches the whole portal, by kind. One that is chosen is opened.
// `Combobox` is that of site/combobox.js, which comes before.

const WORDS = {
  list: "Propositions",
  found: (number) => `${number} proposition${number > 1 ? "s" : ""}`,
  none: () => "Aucune proposition",
  // What is typed is searched all the same: there is nothing to say.
  failed: "",
};

const elsewhere = (typed) => ({
  options: [{ id: "", label: `Chercher « ${typed} » dans tout le portail`, isBeside: true }],
});

for (const form of document.querySelectorAll(".site-search")) {
  const suggestions = new URL("suggestions/", form.action).pathname;
  new globalThis.Combobox(form.querySelector("input[type=search]"), {
    ask: (typed) => `${suggestions}?${new URLSearchParams({ q: typed })}`,
    read: ({ groups }, typed) => (groups.length ? [...groups, elsewhere(typed)] : []),
    onPick: ({ url }) => {
      if (url) window.location.assign(url);
      else form.requestSubmit();
    },
    words: WORDS,
    below: form.querySelector("button"),
  });
}
