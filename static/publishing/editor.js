// What the rich text editor lacks for us: French names on its buttons, the field's own name on its
// text box, and clean structure from what is pasted.
import { cleanPastedHtml } from "portal/word";

const NAMES = {
  bold: "Gras",
  italic: "Italique",
  subscript: "Indice",
  superscript: "Exposant",
  blockquote: "Citation",
  bulletList: "Liste à puces",
  orderedList: "Liste numérotée",
  link: "Lien",
  unlink: "Enlever le lien",
  "history:undo": "Annuler",
  "history:redo": "Rétablir",
  heading2: "Intertitre",
  heading3: "Intertitre de niveau 3",
  heading4: "Intertitre de niveau 4",
  paragraph: "Paragraphe",
};
const LEVELS = { 2: NAMES.heading2, 3: NAMES.heading3, 4: NAMES.heading4 };

function nameButtons(whole) {
  for (const button of whole.querySelectorAll(".prose-menubar button")) {
    const name = NAMES[button.dataset.name] ?? LEVELS[button.dataset.level];
    if (!name || button.getAttribute("aria-label") === name) continue;
    button.setAttribute("aria-label", name);
    button.title = name;
    const shown = button.querySelector("h2, h3, h4, p");
    if (shown) shown.textContent = name;
    else if (button.textContent === "Paragraph") button.textContent = name;
  }
}

function complete(editor, textarea) {
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  editor.view.dom.setAttribute("aria-label", label?.textContent.replace(/\s*:\s*$/, "") || "Texte");
  editor.view.dom.setAttribute("aria-multiline", "true");
  editor.setOptions({
    editorProps: { ...editor.options.editorProps, transformPastedHTML: cleanPastedHtml },
  });
  const whole = textarea.parentElement;
  nameButtons(whole);
  // The menu is drawn after the text box, and again with each change of the selection.
  new MutationObserver(() => nameButtons(whole)).observe(whole, {
    attributeFilter: ["title", "aria-label"],
    childList: true,
    subtree: true,
  });
}

document.addEventListener("prose-editor:ready", (event) => {
  complete(event.detail.editor, event.detail.textarea);
});

// Those that were ready before this module ran.
for (const box of document.querySelectorAll(".prose-editor > .ProseMirror")) {
  if (box.editor) complete(box.editor, box.parentElement.querySelector("textarea"));
}
