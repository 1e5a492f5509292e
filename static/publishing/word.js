// What Word, LibreOffice and Google Docs put on the clipboard, as the structure that was meant.
// A pure function of text to text; the editor's own rules then keep only what they know.
import { takeOutUnseen } from "portal/unseen";

const BOLD = /font-weight:\s*(bold|[6-9]00)/i;
const ITALIC = /font-style:\s*italic/i;
const WORD_LIST = /mso-list:\s*[^;]*level(\d)/i;
const ORDERED = /^\(?([0-9]+|[a-z]|[ivxlc]+)[.)]/i;

function rename(element, tag) {
  const renamed = element.ownerDocument.createElement(tag);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
  return renamed;
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

function removeNoise(root) {
  root.querySelectorAll("style, script, meta, link, title, xml").forEach((e) => e.remove());
  for (const element of [...root.querySelectorAll("*")]) {
    if (!element.tagName.includes(":")) continue; // o:p and the like
    if (element.textContent.trim()) unwrap(element);
    else element.remove();
  }
}

// The title of a link shows nowhere in the editor; one that says more than the link is told.
function takeOutTooltips(root) {
  const sentences = [];
  for (const link of root.querySelectorAll("a[title]")) {
    const title = link.title.replace(/\s+/g, " ").trim();
    const said = `${link.textContent} ${link.getAttribute("href")}`.toLowerCase();
    if (title && !said.includes(title.toLowerCase())) {
      sentences.push(`Infobulle d’un lien\u00a0: «\u00a0${title}\u00a0»`);
    }
    link.removeAttribute("title");
  }
  return sentences;
}

// Word writes a list as paragraphs, each with its level in the style and its bullet as text.
function rebuildLists(root) {
  const stack = []; // the open lists, outermost first
  for (const paragraph of [...root.querySelectorAll("p")]) {
    const match = WORD_LIST.exec(paragraph.getAttribute("data-style") ?? "");
    if (!match) {
      stack.length = 0;
      continue;
    }
    const bullet = paragraph.querySelector("[data-style*='mso-list:Ignore'], [data-style*='mso-list: Ignore']");
    const marker = (bullet?.textContent ?? paragraph.textContent).trim();
    bullet?.remove();
    if (stack.length && stack[0].list.nextElementSibling !== paragraph) stack.length = 0;
    const level = Math.min(Number(match[1]), stack.length + 1);
    stack.length = Math.min(stack.length, level);
    if (stack.length < level) {
      const list = root.ownerDocument.createElement(ORDERED.test(marker) ? "ol" : "ul");
      if (stack.length) stack.at(-1).item.append(list);
      else paragraph.before(list);
      stack.push({ list, item: null });
    }
    const item = root.ownerDocument.createElement("li");
    const text = root.ownerDocument.createElement("p");
    text.append(...paragraph.childNodes);
    item.append(text);
    stack.at(-1).list.append(item);
    stack.at(-1).item = item;
    paragraph.remove();
  }
}

function keepEmphasis(root) {
  for (const element of [...root.querySelectorAll("b, strong")]) {
    // Google Docs wraps everything in a <b> that is not bold.
    if (/font-weight:\s*(normal|400)/i.test(element.getAttribute("data-style") ?? "")) unwrap(element);
  }
  for (const span of [...root.querySelectorAll("span")]) {
    const style = span.getAttribute("data-style") ?? "";
    if (span.closest("h1, h2, h3, h4, h5, h6")) unwrap(span);
    else if (BOLD.test(style)) rename(span, "strong");
    else if (ITALIC.test(style)) rename(span, "em");
    else unwrap(span);
  }
}

// The page has one first-level heading, its title; and tables have a block of their own.
function fitThePage(root) {
  root.querySelectorAll("h1, p.MsoTitle").forEach((element) => rename(element, "h2"));
  root.querySelectorAll("h5, h6").forEach((element) => rename(element, "h4"));
  for (const table of [...root.querySelectorAll("table")]) {
    const rows = [...table.querySelectorAll("tr")].map((row) => {
      const paragraph = root.ownerDocument.createElement("p");
      const cells = [...row.cells].map((cell) => cell.textContent.replace(/\s+/g, " ").trim());
      paragraph.textContent = cells.join(" | ");
      return paragraph;
    });
    table.replaceWith(...rows);
  }
}

function tidyText(root) {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    // Word breaks its lines at 80 columns; a no-break space between two words is its habit too.
    walker.currentNode.data = walker.currentNode.data
      .replace(/[\r\n\t]+/g, " ")
      .replace(/(\p{L})\u00a0(?=\p{L})/gu, "$1 ");
  }
  for (const element of [...root.querySelectorAll("p, h2, h3, h4")]) {
    if (!element.textContent.trim() && !element.querySelector("img")) element.remove();
  }
}

function read(html) {
  const css = [];
  // Read as data: even in a document that is never shown, the content policy speaks of styles.
  const inert = html
    .replace(/<style([^>]*)>([\s\S]*?)<\/style>/gi, (_, attributes, text) => {
      const media = /\smedia\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i.exec(attributes);
      const query = media?.slice(1).find((value) => value !== undefined);
      if (!/\sdisabled\b/i.test(attributes)) css.push(query ? `@media ${query} {${text}}` : text);
      return "";
    })
    .replace(/<[a-z][^>]*>/gi, (tag) => tag.replace(/([\s"'/])style(\s*=)/gi, "$1data-style$2"));
  const root = new DOMParser().parseFromString(inert, "text/html").body;
  const leftOut = takeOutUnseen(root, css.join("\n"));
  removeNoise(root);
  leftOut.push(...takeOutTooltips(root));
  return { root, leftOut };
}

// The HTML that was meant, and a sentence for each passage that was left out because the page that
// it comes from does not show it.
export function readPastedHtml(html) {
  const { root, leftOut } = read(html);
  rebuildLists(root);
  keepEmphasis(root);
  fitThePage(root);
  tidyText(root);
  return { html: root.innerHTML, leftOut };
}

function textOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/[\r\n\t ]+/g, " ");
  const inner = [...node.childNodes].map(textOf).join("");
  if (node.localName === "br") return "\n";
  if (/^t[dh]$/.test(node.localName)) return `${inner.trim().replace(/\s+/g, " ")}\t`;
  return /^(p|div|li|h[1-6]|tr|blockquote)$/.test(node.localName) ? `${inner}\n` : inner;
}

// The same for a field of plain text: a line for each paragraph, tabs between cells.
export function readPastedText(html) {
  const { root, leftOut } = read(html);
  const lines = textOf(root).split("\n").map((line) => line.replace(/^ +|\s+$/g, ""));
  return { text: lines.filter(Boolean).join("\n"), leftOut };
}
