// What a pasted page holds without showing it: hidden words, reviewers' comments, deletions. The
// same walk as publishing/unseen.py, by the same lists, which the page carries as data: it happens
// here because nothing tells these words apart once the editor has read them.

const RULES = JSON.parse(document.getElementById("unseen-rules").textContent);

const whole = (pattern) => new RegExp(`^(?:${pattern})$`, "is");
const STYLES = RULES.styles.map(([reason, wanted]) => [
  reason,
  Object.entries(wanted).map(([name, pattern]) => [name, whole(pattern)]),
]);
const VISIBILITY = { hidden: whole(RULES.visibility.hidden), shown: whole(RULES.visibility.shown) };
const SIZE = { hidden: whole(RULES.size.hidden), shown: whole(RULES.size.shown) };
const COMMENT_MARK = whole(RULES.commentMark);
const MACHINE_COMMENT = new RegExp(`^(?:${RULES.machineComment})`, "i");
const INVISIBLE = new RegExp(RULES.invisible, "gu");
const TAGS = /[\u{e0020}-\u{e007e}]+/gu;
const LETTERS_SHOWN = Object.entries(RULES.lettersShown).map(([name, pattern]) => [name, whole(pattern)]);
const NO_PREFIX = new RegExp(RULES.noPrefix);
const FONT = whole(RULES.font);
const ANIMATED = whole(RULES.animated);
const RELIES_ON = RULES.reliesOn.map(([name, pattern, lost]) => [name, whole(pattern), lost]);
const SCREEN_FEATURES = new RegExp(RULES.screenFeatures, "g");
const BLOCKS = new Set(RULES.blocks);
const name = (element) => element.localName.toLowerCase();

// -- One spelling of declarations: as in publishing/longhands.py.

function longhands(property, written) {
  const value = written.length <= 1000 ? written : written.includes("url(") ? "url()" : "";
  const plain = property.replace(NO_PREFIX, "");
  const known = RULES.longhands[plain] ?? plain;
  if (known === "font") {
    const found = FONT.exec(value.replace(/ ?\/ ?/g, "/"));
    return found ? [["font-size", found[1]]] : [];
  }
  if (known in RULES.sides) {
    const [top, right = top, bottom = top, left = right] = value.split(" ");
    return RULES.sides[known].map((side, index) => [side, [top, right, bottom, left][index]]);
  }
  if (known === "translate" || known === "scale") return [["transform", `${known}(${value})`]];
  return [[known, value]];
}

function substituted(value, variables) {
  for (let turn = 0; turn < 5 && value.includes("var(") && value.length <= 1000; turn += 1) {
    value = value.replace(/var\(\s*(--[\w-]+)\s*(?:,([^()]*))?\)/g, (all, variable, other) => variables[variable] ?? other ?? all);
  }
  return value.trim().replace(/\s+/g, " ");
}

function inForce(styles, variables) {
  const settled = {};
  for (const [property, value] of Object.entries(styles)) settled[property] = substituted(value, variables);
  if (ANIMATED.test(settled.animation ?? settled["animation-name"] ?? "none")) delete settled.opacity;
  for (const [property, pattern, lost] of RELIES_ON) {
    if (pattern.test(settled[property] ?? "")) for (const size of lost) delete settled[size];
  }
  return settled;
}

// -- Style sheets: only what is written, as in publishing/stylesheets.py.

function declarations(text) {
  const found = [];
  const pattern = /([\w-]+)\s*:((?:"[^"]*"|'[^']*'|\([^)]*\)|[^;])*)/g;
  for (const [, property, value] of text.matchAll(pattern)) {
    const plain = value.replace(/!\s*important\s*$/i, "").toLowerCase().trim();
    const important = /!\s*important\s*$/i.test(value);
    for (const [known, part] of longhands(property.toLowerCase(), plain.replace(/\s+/g, " "))) {
      found.push([known, part, important]);
    }
  }
  return found;
}

function appliesToScreens(query) {
  return query.toLowerCase().split(",").some((part) => {
    const size = /\((?:(min|max)-)?(width|height)\s*(:|[<>]=?)\s*(\d+(?:\.\d+)?)(px|r?em)\)/g;
    const plain = part
      .replace(size, (_, edge, side, sign, value, unit) => {
        const wanted = Number(value) * (unit === "px" ? 1 : 16);
        const screen = side === "width" ? RULES.screenWidth : RULES.screenHeight;
        return (edge === "min" || sign[0] === ">" ? wanted <= screen : wanted >= screen) ? "" : "no";
      })
      .replace(SCREEN_FEATURES, "")
      .replace(/\(\s*not\s+(no)?\s*\)/g, (_, no) => (no ? "" : "no"))
      .trim();
    const left = plain.replace(/^not /, "").replace(/\b(?:only|screen|all|and)\b|\s/g, "");
    return plain.startsWith("not ") ? ["no", "print"].includes(left) : !left;
  });
}

function specificity(selector) {
  const plain = selector.replace(/:(?:not|is|has)\(/g, "(").replace(/:where\([^)]*\)/g, "");
  const count = (pattern) => (plain.match(pattern) ?? []).length;
  const classes = count(/\.[\w-]+|\[[^\]]*\]|(?<!:):[\w-]+/g);
  return count(/#[\w-]+/g) * 1e6 + classes * 1e3 + count(/(?:^|[\s>+~(,])[a-z][\w-]*/gi);
}

function nested(selector, above) {
  if (!above || above.length > 500) return selector;
  return selector.includes("&") ? selector.replaceAll("&", `:is(${above})`) : `:is(${above}) ${selector}`;
}

function addRule(prelude, inner, rules) {
  const own = inner.includes("{") ? inner.replace(/[^;{}]*\{(?:[^{}]|\{[^{}]*\})*\}/g, "") : inner;
  for (const selector of prelude.split(/,(?![^([]*[)\]])/)) {
    rules.push({ selector: selector.trim(), weight: specificity(selector), declared: declarations(own) });
  }
}

// `above` is the selector of the rule that these are nested in.
function parseRules(css, rules = [], above = "") {
  let position = 0;
  for (;;) {
    const open = css.indexOf("{", position);
    if (open < 0) return rules;
    // A statement such as @import or @charset ends before the rule begins.
    const prelude = css.slice(position, open).split(";").at(-1).trim();
    let depth = 1;
    let end = open + 1;
    for (; end < css.length && depth; end += 1) depth += { "{": 1, "}": -1 }[css[end]] ?? 0;
    const inner = css.slice(open + 1, depth ? end : end - 1);
    position = end;
    const group = /^@(media|supports|layer|scope)\b(.*)$/is.exec(prelude);
    if (group) {
      const isRead = {
        media: () => appliesToScreens(group[2]),
        supports: () => !/^\s*not\b/i.test(group[2]),
      }[group[1].toLowerCase()];
      if (isRead?.() ?? true) {
        if (above) addRule(above, inner, rules);
        parseRules(inner, rules, above);
      }
    } else if (!prelude.startsWith("@")) {
      const selector = nested(prelude, above);
      addRule(selector, inner, rules);
      if (inner.includes("{")) parseRules(inner, rules, selector);
    }
  }
}

function styleSheet(css) {
  const plain = css.replace(/\/\*[\s\S]*?\*\/|<!--|-->/g, " ").replace(/"[^"\n]*[{};][^"\n]*"/g, '""');
  // Sorting keeps the order of rules that weigh the same.
  return parseRules(plain).sort((one, other) => one.weight - other.weight);
}

function matches(element, selector) {
  try {
    return element.matches(selector);
  } catch {
    return false; // Not a selector, or one that is not known here.
  }
}

function declared(element, sheet) {
  const sources = sheet.filter((rule) => matches(element, rule.selector)).map((rule) => rule.declared);
  const written = element.getAttribute("data-style") ?? element.getAttribute("style");
  if (written) sources.push(declarations(written));
  const winners = {};
  const settled = new Set();
  for (const [property, value, important] of sources.flat()) {
    if (important || !settled.has(property)) winners[property] = value;
    if (important) settled.add(property);
  }
  const colour = name(element) === "font" && element.getAttribute("color");
  if (colour) winners.color ??= colour.toLowerCase();
  if (element.getAttribute("background")) winners.background = "url()";
  const ground = element.getAttribute("bgcolor");
  if (ground) winners["background-color"] ??= ground.toLowerCase();
  return winners;
}

// -- Colours: as in publishing/colours.py.

const PEN = document.createElement("canvas").getContext("2d");
const hexadecimal = (numbers) => `#${numbers.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("")}`;
const channels = (value) => [1, 3, 5].map((start) => parseInt(value.slice(start, start + 2), 16));

function colour(value) {
  if (value in RULES.colours) return RULES.colours[value];
  const sharp = /^(?:[0-9a-f]{3}|[0-9a-f]{6})$/.test(value) ? `#${value}` : value;
  if (sharp === "currentcolor" || !CSS.supports("color", sharp)) return value;
  PEN.fillStyle = sharp; // Says any colour as #rrggbb or rgba(r, g, b, a).
  const parts = /^rgba\((\d+), (\d+), (\d+), ([\d.e-]+)\)$/.exec(PEN.fillStyle)?.slice(1).map(Number);
  if (!parts) return PEN.fillStyle;
  return parts[3] === 0 ? "transparent" : hexadecimal([...parts.slice(0, 3), parts[3] * 255]);
}

function laidOver(top, ground) {
  if (!/^#[0-9a-f]{8}$/.test(top)) return top;
  const alpha = parseInt(top.slice(7), 16) / 255;
  if (!/^#[0-9a-f]{6}/.test(ground)) return alpha < 0.05 ? "transparent" : "";
  const behind = channels(ground);
  return hexadecimal(channels(top).map((part, index) => part * alpha + behind[index] * (1 - alpha)));
}

function inheritedColour(value = "", inherited) {
  const keeps = ["", "inherit", "initial", "unset", "currentcolor"].includes(value);
  return keeps ? inherited : colour(value);
}

function groundOf(styles, inherited) {
  const picture = `${styles.background ?? ""}${styles["background-image"] ?? ""}`;
  if (/url\(|gradient\(|image\(/.test(picture)) return "";
  const value = styles["background-color"] || styles.background || "";
  const parts = (value.match(/[a-z]+\([^)]*\)|#[0-9a-f]+|[a-z][\w-]*/g) ?? [])
    .map(colour)
    .filter((part) => !RULES.noGround.includes(part));
  if (!parts.length) return inherited;
  const ground = parts.length === 1 ? laidOver(parts[0], inherited) : "";
  return ground === "transparent" ? inherited : ground;
}

function colourOf(styles, inherited) {
  if (LETTERS_SHOWN.some(([property, pattern]) => pattern.test(styles[property] ?? "none"))) return "";
  return inheritedColour(styles["text-fill-color"] || styles.color, inherited);
}

function isSameColour(letters, ground) {
  const text = laidOver(letters, ground);
  if (text === "transparent") return true;
  if (!text || !ground) return false;
  if (!text.startsWith("#") || !ground.startsWith("#")) return text === ground;
  const behind = channels(ground);
  return channels(text).every((part, index) => Math.abs(part - behind[index]) <= RULES.shades);
}

// -- The walk.

function inherited(patterns, value = "", shown) {
  if (patterns.hidden.test(value)) return false;
  return shown || patterns.shown.test(value);
}

function wordsOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || RULES.wordless.includes(name(node))) return "";
  const edge = BLOCKS.has(name(node)) ? " " : "";
  const alt = name(node) === "img" ? ` image ${node.getAttribute("alt") ?? ""} ` : "";
  const children = name(node) === "template" ? node.content.childNodes : node.childNodes;
  return edge + alt + [...children].map(wordsOf).join("") + edge;
}

class Quotes {
  pieces = [];
  touches = false;

  add(reason, text) {
    if (this.touches && this.pieces.at(-1).reason === reason) {
      this.pieces.at(-1).text += text;
    } else if (/[\p{L}\p{N}]/u.test(text) && !COMMENT_MARK.test(text.trim())) {
      this.pieces.push({ reason, text });
      this.touches = true;
    }
  }

  endBlock() {
    if (this.touches) this.pieces.at(-1).text += " ";
  }

  interrupt() {
    this.touches = false;
  }

  get sentences() {
    return this.pieces.map(({ reason, text }) => {
      const words = text.replace(/\s+/g, " ").trim();
      return `${RULES.labels[reason]}\u00a0: «\u00a0${words}\u00a0»`;
    });
  }
}

class Visit {
  quotes = new Quotes();
  pale = 0;
  shown = 0;
  removed = [];
  rewritten = [];

  constructor(root, sheet, { colour, ground }) {
    this.sheet = sheet;
    let sight = { visible: true, large: true, fallback: false, variables: {}, colour, ground };
    for (const element of [root.ownerDocument.documentElement, root]) [, sight] = this.judge(element, sight);
    this.children(root, sight);
  }

  apply() {
    for (const [node, text] of this.rewritten) node.data = text;
    for (const element of this.removed) element.remove();
  }

  children(element, sight) {
    for (const node of element.childNodes) {
      if (node.nodeType === Node.TEXT_NODE) this.read(node, sight);
      else if (node.nodeType === Node.ELEMENT_NODE) this.element(node, sight);
    }
  }

  element(element, outer) {
    const [reason, sight] = this.judge(element, outer);
    if (BLOCKS.has(name(element))) this.quotes.endBlock();
    if (RULES.wordless.includes(name(element))) return;
    if (reason) {
      const unseen = this.whole(element, reason);
      this.removed.push(unseen);
      this.quotes.add(reason, wordsOf(unseen));
    } else this.children(element, sight);
  }

  judge(element, outer) {
    for (const [reason, selector] of Object.entries(RULES.selectors)) {
      if (matches(element, selector)) return [reason, outer];
    }
    const said = declared(element, this.sheet);
    const own = Object.entries(said).filter(([property]) => property.startsWith("--"));
    const variables = own.length ? { ...outer.variables, ...Object.fromEntries(own) } : outer.variables;
    const styles = inForce(said, variables);
    const isGrounded = RULES.grounded.includes(name(element)); // Browsers give these a ground.
    for (const [reason, wanted] of STYLES) {
      if (wanted.every(([property, pattern]) => pattern.test(styles[property] ?? "\n"))) {
        return [reason, outer];
      }
    }
    const sight = {
      visible: inherited(VISIBILITY, styles.visibility, outer.visible),
      large: inherited(SIZE, styles["font-size"], outer.large),
      fallback: outer.fallback || RULES.embedded.includes(name(element)),
      // That of links, unless it is said.
      colour: colourOf(styles, element.matches("a[href]") ? "" : outer.colour),
      ground: groundOf(styles, isGrounded ? "" : outer.ground),
      variables,
    };
    return [name(element) === "img" && !sight.visible ? "hidden" : null, sight];
  }

  read(node, sight) {
    const text = node.data;
    if (!text.trim()) return;
    const seen = text.replace(INVISIBLE, (_, flag) => flag ?? "");
    if (seen !== text) {
      for (const [tags] of text.replaceAll(/\u{1f3f4}[\u{e0061}-\u{e007a}]{3,6}\u{e007f}/gu, "").matchAll(TAGS)) {
        const letters = [...tags].map((tag) => String.fromCodePoint(tag.codePointAt(0) - 0xe0000));
        this.quotes.add("characters", letters.join(""));
        this.quotes.interrupt();
      }
      this.rewritten.push([node, seen]);
    }
    const pale = isSameColour(sight.colour, sight.ground);
    if (pale) this.pale += text.length;
    if (sight.visible && sight.large && !sight.fallback && !pale) {
      this.shown += text.length;
      this.quotes.interrupt();
      return;
    }
    this.rewritten.push([node, /^\s|\s$/.test(text) ? " " : ""]);
    this.quotes.add("hidden", text);
  }

  // The box of the comment that a link of Google Docs begins; else the element itself.
  whole(element, reason) {
    if (reason !== "comment" || !matches(element, RULES.commentHead)) return element;
    const paragraph = element.parentElement.closest("p, div");
    if (!paragraph) return element;
    const box = paragraph.parentElement;
    return box?.localName === "div" && box.firstElementChild === paragraph ? box : paragraph;
  }
}

function takeOutComments(root) {
  const sentences = [];
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  for (const comment of comments) {
    const words = comment.data.replace(/\s+/g, " ").trim();
    if (!MACHINE_COMMENT.test(comment.data) && /\p{L}{2}/u.test(words)) {
      sentences.push(`${RULES.labels.comment}\u00a0: «\u00a0${words}\u00a0»`);
    }
    comment.remove();
  }
  return sentences;
}

// Removes what the page does not show; returns it, one sentence for each passage. The style sheets
// come apart, since the content policy would have them out of the document that is read.
export function takeOutUnseen(root, css) {
  const sentences = takeOutComments(root);
  const sheet = styleSheet(css);
  const isStyledElsewhere = root.ownerDocument.querySelector("link[rel=stylesheet]");
  const known = { colour: RULES.black, ground: RULES.white };
  const unknown = { colour: "", ground: "" };
  let visit = new Visit(root, sheet, isStyledElsewhere ? unknown : known);
  // Written for a dark page, of which this is a part.
  if (visit.pale > visit.shown) visit = new Visit(root, sheet, unknown);
  visit.apply();
  return [...sentences, ...visit.quotes.sentences];
}
