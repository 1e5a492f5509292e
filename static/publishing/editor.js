// What the rich text editor lacks for us: French names on its buttons, the field's own name on its
// text box, and clean structure from what is pasted.
import { readPastedHtml, readPastedText } from "portal/word";

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

// Where it is told what was left out of a paste.
function placeAfter(field) {
  const element = field.closest(".flex-container") ?? field;
  if (element.nextElementSibling?.matches(".left-out")) return element.nextElementSibling;
  const place = document.createElement("div");
  place.className = "left-out";
  place.setAttribute("role", "status");
  element.after(place);
  return place;
}

function tellLeftOut(place, sentences) {
  place.replaceChildren();
  if (!sentences.length) return;
  const title = document.createElement("p");
  title.textContent = "Laissé de côté au collage, parce que la source ne le montre pas\u00a0:";
  const list = document.createElement("ul");
  for (const sentence of new Set(sentences)) {
    const item = document.createElement("li");
    item.textContent = sentence;
    list.append(item);
  }
  place.append(title, list);
}

function complete(editor, textarea) {
  const whole = textarea.parentElement;
  const place = placeAfter(whole);
  const label = document.querySelector(`label[for="${textarea.id}"]`);
  editor.view.dom.setAttribute("aria-label", label?.textContent.replace(/\s*:\s*$/, "") || "Texte");
  editor.view.dom.setAttribute("aria-multiline", "true");
  editor.setOptions({
    editorProps: {
      ...editor.options.editorProps,
      transformPastedHTML(html) {
        const pasted = readPastedHtml(html);
        tellLeftOut(place, pasted.leftOut);
        return pasted.html;
      },
    },
  });
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

// Fields of plain text get the words that the clipboard has beside its HTML, hidden ones too. When
// the HTML says that there are any, what it shows is pasted instead.
document.addEventListener("paste", (event) => {
  const field = event.target;
  if (!field.matches?.("textarea, input[type=text], input[type=search]")) return;
  const place = placeAfter(field);
  place.replaceChildren();
  const html = event.clipboardData?.getData("text/html");
  const pasted = html ? readPastedText(html) : { leftOut: [] };
  if (!pasted.leftOut.length) return;
  event.preventDefault();
  // As if it were typed: it can be undone, and stops at the length of the field.
  document.execCommand("insertText", false, pasted.text);
  // A place that was just made is read out once it is known.
  setTimeout(() => tellLeftOut(place, pasted.leftOut), 100);
});
