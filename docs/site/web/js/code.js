// Code with its colours and links, which came with the data.

import {el} from "./dom.js";
import {nodeHref, typeOf} from "./route.js";

const inks = ["", "k", "s", "n", "c", "t", "f"];

export function codeBlock(code, label) {
  const body = el("code", {}, painted(code));
  const lines = code.text.split("\n").length - (code.text.endsWith("\n") ? 1 : 0);
  const numbers = el("span", { class: "numbers", "aria-hidden": "true" }, Array.from({ length: lines }, (_, i) => i + 1).join("\n"));
  return el("pre", { class: "code", tabindex: "0", role: "region", "aria-label": label }, numbers, body);
}

// The text cut at every end of a colour or a link.
function painted(code) {
  const out = [];
  const colours = coloursOf(code.spans || []);
  const links = code.links || [];
  let at = 0;
  let colour = 0;
  const upTo = (end, into) => {
    while (at < end) {
      while (colour < colours.length && colours[colour].end <= at) colour++;
      const c = colours[colour];
      const inside = c && c.start <= at;
      const stop = Math.min(end, c ? (inside ? c.end : c.start) : end);
      const text = code.text.slice(at, stop);
      into.push(inside ? el("span", { class: inks[c.ink] }, text) : text);
      at = stop;
    }
  };
  for (const link of links) {
    upTo(link.start, out);
    const within = [];
    upTo(link.start + link.length, within);
    out.push(el("a", { href: nodeHref(typeOf(link.to), link.to) }, within));
  }
  upTo(code.text.length, out);
  return out;
}

function coloursOf(spans) {
  const out = [];
  let at = 0;
  for (let i = 0; i + 2 < spans.length; i += 3) {
    const start = at + spans[i];
    at = start + spans[i + 1];
    out.push({ start, end: at, ink: spans[i + 2] });
  }
  return out;
}
