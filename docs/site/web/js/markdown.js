// Descriptions are Markdown. What is understood here is what descriptions use; everything else stays the text that it is.

import {el, safeURL} from "./dom.js";

// top is the level of its first heading on the page.
export function markdown(text, top = 3) {
  const root = el("div", { class: "prose" });
  for (const block of blocksOf(String(text || "").replaceAll("\r\n", "\n").split("\n"))) root.append(block);
  outline(root, top);
  return root;
}

// Headings are as deep as they stand below others, whatever level they are written with: readers of screens go by them.
function outline(root, top) {
  const above = [];
  for (const heading of root.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const written = Number(heading.tagName[1]);
    while (above.length && above[above.length - 1] >= written) above.pop();
    above.push(written);
    heading.replaceWith(el("h" + Math.min(6, top + above.length - 1), {}, ...heading.childNodes));
  }
}

// One line of it, for lists: the first paragraph without its marks.
export function firstLine(text) {
  const line = String(text || "").trim().split(/\n\s*\n/)[0].replace(/\s+/g, " ");
  return line.replace(/^#+ /, "").replace(/[*_`]{1,2}([^*_`]+)[*_`]{1,2}/g, "$1").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
}

const listMark = /^(\s*)(?:[-*+]|\d+[.)])\s+(.*)$/;

function blocksOf(lines) {
  const out = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i];
    if (!line.trim()) {
      i++;
    } else if (/^\s*(```|~~~)/.test(line)) {
      const fence = line.trim().slice(0, 3);
      const code = [];
      for (i++; i < lines.length && !lines[i].trim().startsWith(fence); i++) code.push(lines[i]);
      i++;
      out.push(el("pre", { tabindex: "0" }, el("code", {}, code.join("\n"))));
    } else if (/^#{1,6}\s/.test(line)) {
      out.push(el("h" + line.match(/^#+/)[0].length, {}, inline(line.replace(/^#+\s+/, "").replace(/\s+#+\s*$/, ""))));
      i++;
    } else if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) {
      out.push(el("hr"));
      i++;
    } else if (/^\s*>/.test(line)) {
      const quoted = [];
      for (; i < lines.length && /^\s*>/.test(lines[i]); i++) quoted.push(lines[i].replace(/^\s*> ?/, ""));
      out.push(el("blockquote", {}, blocksOf(quoted)));
    } else if (listMark.test(line)) {
      const end = endOfList(lines, i);
      out.push(list(lines.slice(i, end)));
      i = end;
    } else if (line.includes("|") && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[i + 1] || "")) {
      let end = i + 2;
      while (end < lines.length && lines[end].includes("|")) end++;
      out.push(table(lines.slice(i, end)));
      i = end;
    } else {
      const words = [];
      for (; i < lines.length && lines[i].trim() && !/^(#{1,6}\s|\s*(```|~~~|>))/.test(lines[i]) && !(words.length && listMark.test(lines[i])); i++) words.push(lines[i]);
      out.push(el("p", {}, inline(words.join("\n"))));
    }
  }
  return out;
}

function endOfList(lines, i) {
  for (; i < lines.length; i++) {
    const more = listMark.test(lines[i]) || /^\s+\S/.test(lines[i]) || (!lines[i].trim() && listMark.test(lines[i + 1] || ""));
    if (!more) break;
  }
  return i;
}

function list(lines) {
  const depth = lines[0].match(listMark)[1].length;
  const items = [];
  for (const line of lines) {
    const m = line.match(listMark);
    if (m && m[1].length <= depth) items.push([m[2]]);
    else items[items.length - 1].push(line.replace(/^\s{1,4}/, ""));
  }
  const tag = /^\s*\d/.test(lines[0]) ? "ol" : "ul";
  return el(tag, {}, items.map((item) => el("li", {}, item.length === 1 ? inline(item[0]) : [inline(item[0]), blocksOf(item.slice(1))])));
}

function table(lines) {
  const cells = (line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "table" }, el("table", {},
    el("thead", {}, el("tr", {}, cells(lines[0]).map((cell) => el("th", { scope: "col" }, inline(cell))))),
    el("tbody", {}, lines.slice(2).map((line) => el("tr", {}, cells(line).map((cell) => el("td", {}, inline(cell))))))));
}

// Code, links, images, bold, italic, struck, bare addresses, hard breaks.
const marks = /(`+)([\s\S]*?[^`])\1(?!`)|!\[([^\]\n]*)\]\(([^)\s]+)[^)]*\)|\[([^\]\n]+)\]\(([^)\s]+)[^)]*\)|\*\*(\S|\S[\s\S]*?\S)\*\*|__(\S|\S[\s\S]*?\S)__(?!\w)|\*(\S|\S[\s\S]*?\S)\*|(?<!\w)_(\S|\S[\s\S]*?\S)_(?!\w)|~~([\s\S]+?)~~|(https?:\/\/[^\s<>"')\]]+)| {2,}\n|\\\n/;

function inline(text, depth = 0) {
  const out = [];
  let rest = text;
  while (rest) {
    const m = depth < 8 ? marks.exec(rest) : null;
    if (!m) {
      out.push(rest);
      break;
    }
    if (m.index) out.push(rest.slice(0, m.index));
    out.push(marked(m, depth + 1));
    rest = rest.slice(m.index + m[0].length);
  }
  return out;
}

function marked(m, depth) {
  const bold = m[7] || m[8];
  const italic = m[9] || m[10];
  if (m[1]) return el("code", {}, m[2].trim());
  if (m[4]) return picture(m[3], m[4]);
  if (m[6]) return anchorTo(m[6], inline(m[5], depth));
  if (bold) return el("strong", {}, inline(bold, depth));
  if (italic) return el("em", {}, inline(italic, depth));
  if (m[11]) return el("s", {}, inline(m[11], depth));
  if (m[12]) return anchorTo(m[12], [m[12]]);
  return el("br");
}

function anchorTo(address, children) {
  const url = safeURL(address);
  return url ? el("a", { href: url, rel: "noopener noreferrer" }, children) : el("span", {}, children);
}

// Pictures come with the site (asset-paths) or stand in the text; the page may not fetch any others, so those are links.
function picture(alt, address) {
  if (/^data:image\/(png|jpeg|gif|webp);/.test(address) || !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(address)) return el("img", { src: address, alt, loading: "lazy" });
  return anchorTo(address, [alt || address]);
}
