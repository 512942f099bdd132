// Parts of pages that several pages have.

import {el, safeURL, svg, tabular} from "./dom.js";
import {nodeHref, typeOf, typeWord} from "./route.js";
import {count, dateTime, duration, stateClass, stateWord} from "./format.js";

export function chip(type) {
  return el("span", { class: "chip type-" + type }, typeWord(type, 1));
}

// A link to a node: its ID, its name and its type.
export function nodeLink([id, name, type], tab) {
  return el("a", { href: nodeHref(type || typeOf(id), id, tab), class: "node" }, name);
}

export function tagList(tags) {
  return el("span", { class: "tags" }, tags.map((tag) => el("span", { class: "tag" }, tag)));
}

export function section(title, extra, ...children) {
  return el("section", {}, el("h2", {}, title, extra !== "" && extra !== undefined && el("span", { class: "of" }, extra)), children);
}

export function empty(text) {
  return el("p", { class: "empty" }, text);
}

export function pageHead(title, lead) {
  return el("header", { class: "page-head" }, el("h1", {}, title), lead && el("p", { class: "lead" }, lead));
}

// A bar of how much is done, which says so in words too.
export function meter(title, part, whole) {
  const percent = whole ? Math.floor((100 * part) / whole) : 0;
  return el("div", { class: "meter" },
    el("div", { class: "meter-head" }, el("span", {}, title), el("span", { class: "num" }, percent + "%")),
    el("div", { class: "bar" }, el("div", { class: "fill", style: { width: percent + "%" } })),
    el("div", { class: "muted small" }, count(part) + " of " + count(whole)));
}

// A small plot of how long a node took, the newest last, each bar in the colour of how it ended.
export function trend(past) {
  const bars = [...past].reverse();
  const most = Math.max(...bars.map((bar) => bar.seconds), 0.001);
  const width = 8;
  const height = 32;
  const said = bars.length + " runs, the last took " + duration(bars[bars.length - 1].seconds);
  return svg("svg", { class: "trend", viewBox: "0 0 " + width * bars.length + " " + height, width: width * bars.length, height, role: "img", "aria-label": said },
    bars.map((bar, i) => {
      const h = Math.max(2, (bar.seconds / most) * height);
      return svg("rect", { class: "bar-" + stateClass(bar.status), x: i * width, y: height - h, width: width - 2, height: h, rx: 1 },
        svg("title", {}, stateWord(bar.status) + ", " + duration(bar.seconds)));
    }));
}

// A strip of all states, with a legend.
export function strip(counts, order) {
  const entries = Object.entries(counts).filter(([, n]) => n > 0).sort((a, b) => order.indexOf(a[0]) - order.indexOf(b[0]));
  return [
    el("div", { class: "strip", "aria-hidden": "true" }, entries.map(([status, n]) => el("div", { class: "bg-" + stateClass(status), style: { "flex-grow": n } }))),
    el("ul", { class: "legend" }, entries.map(([status, n]) => el("li", {}, el("span", { class: "dot bg-" + stateClass(status), "aria-hidden": "true" }), stateWord(status), el("span", { class: "num" }, count(n))))),
  ];
}

export const worstFirst = ["error", "runtime error", "fail", "partial success", "stale", "warn", "skipped", "no-op", "", "success", "pass"];

export function when(last) {
  return last ? el("time", { datetime: last.at }, dateTime(last.at)) : "";
}

// A table whose head stays, and that scrolls sideways on its own, or is a list of its rows on a phone: then roles say that it is a table.
export function dataTable(label, heads, rows, kind = "listed") {
  const table = el("table", { class: "data " + kind },
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col", class: head[1] || "" }, head[0])))),
    el("tbody", {}, rows));
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label }, tabular(table, heads.map(([title]) => title)));
}

export function factTitle(name) {
  return name === "url" ? "URL" : name[0].toUpperCase() + name.slice(1);
}

// An address is a link, whose lines end after slashes where it takes several.
export function factValue(name, value) {
  const url = name === "url" && safeURL(value);
  if (!url) return value;
  return el("a", { href: url, rel: "noopener noreferrer" }, value.split(/(?<=\/)(?!\/)/).flatMap((part) => [el("wbr", {}), part]));
}
