// What the data of a column was like when it was last looked at: how many values, from where to where, and how they are spread.

import {el, svg} from "./dom.js";
import {count, counted, time} from "./format.js";

// What the head of the table of columns says: of which rows, and when.
export function profileNote(node) {
  const p = node.profile;
  if (!p) return "";
  return ["; data of " + (p.sampled === undefined ? counted(p.rows, "row") : count(p.sampled) + " of " + counted(p.rows, "row")) + ", ", time(p.at)];
}

// Of the rows that the columns tell of.
function profileRows(node) {
  return node.profile.sampled === undefined ? node.profile.rows : node.profile.sampled;
}

function percent(part, whole) {
  if (!part || !whole) return "0%";
  const n = (100 * part) / whole;
  return n < 1 ? "<1%" : n > 99 && n < 100 ? ">99%" : Math.round(n) + "%";
}

function profileCounts(node, c) {
  const s = c.stats;
  const rows = profileRows(node);
  const values = rows - s.nulls;
  const unique = values > 0 && s.distinct === values && !s.about;
  return [percent(s.nulls, rows) + " null", unique ? "all distinct" : (s.about ? "≈ " : "") + count(s.distinct) + " distinct", s.odd && count(s.odd) + " not finite"].filter(Boolean).join(" · ");
}

// The cell of a column in the table.
export function profileCell(node, c) {
  if (!c.stats) return el("span", { class: "muted" }, "–");
  return [profilePlot(c.stats, 96, 20), profileRange(c.stats), el("div", { class: "muted small" }, profileCounts(node, c))];
}

function profileRange(s) {
  if (s.personal) return el("div", { class: "muted small" }, "values are not read");
  if (s.min === undefined) return "";
  const [from, to] = s.histogram && s.histogram.times && s.histogram.width * s.histogram.counts.length >= 86400 ? [s.min.slice(0, 10), s.max.slice(0, 10)] : [s.min, s.max];
  return el("div", { class: "mono small range", title: s.min + " – " + s.max }, from === to ? from : from + " – " + to);
}

// Where the detail of a column has more to say than its row does.
export function profileDetail(node, c) {
  const s = c.stats;
  if (!s || (!s.histogram && !s.values)) return "";
  return el("div", { class: "profile-detail" }, el("h3", {}, "Data"), s.histogram ? profileChart(s) : profileValues(s.values, profileRows(node) - s.nulls));
}

function profileChart(s) {
  const h = s.histogram;
  const last = h.start + h.width * h.counts.length;
  return el("figure", {}, profilePlot(s, 400, 90), el("figcaption", { class: "muted small" }, el("span", {}, edge(h, h.start)), el("span", {}, edge(h, last))));
}

function profileValues(values, all) {
  return el("table", { class: "profile-values" }, el("caption", { class: "small muted" }, "Most frequent values"), el("tbody", {}, values.map((v) => el("tr", {},
    el("th", { scope: "row", class: "mono" }, v.value === "" ? el("span", { class: "muted" }, "(empty)") : v.value),
    el("td", { class: "num" }, count(v.rows)),
    el("td", { class: "profile-bar", "aria-hidden": "true" }, el("div", { style: { width: Math.max(1, Math.min(100, (100 * v.rows) / Math.max(all, 1))) + "%" } })),
    el("td", { class: "num muted" }, percent(v.rows, all))))));
}

// Bars, of buckets or else of values. They are told in words too.
function profilePlot(s, width, height) {
  const counts = s.histogram ? s.histogram.counts : (s.values || []).map((v) => v.rows);
  if (!counts.length) return "";
  const most = Math.max(...counts, 1);
  const step = s.histogram ? width / counts.length : Math.min(width / counts.length, 24);
  const gap = Math.min(1.5, step / 4);
  return svg("svg", { class: "profile-plot", viewBox: "0 0 " + width + " " + height, width, height, role: "img", "aria-label": plotWords(s, counts) }, counts.map((n, i) => {
    const h = n === 0 ? 0.75 : Math.max(2, (n / most) * height);
    return svg("rect", { class: n === 0 ? "none" : null, x: (i * step).toFixed(2), y: (height - h).toFixed(2), width: (step - gap).toFixed(2), height: h.toFixed(2) }, svg("title", {}, barName(s, i) + ": " + counted(n, "row")));
  }));
}

function plotWords(s, counts) {
  const i = counts.indexOf(Math.max(...counts));
  return (s.histogram ? counted(counts.length, "bucket") : counted(counts.length, "value")) + "; most rows, " + count(counts[i]) + ", have " + barName(s, i);
}

function barName(s, i) {
  if (!s.histogram) return s.values[i].value === "" ? "(empty)" : s.values[i].value;
  const from = s.histogram.start + i * s.histogram.width;
  return edge(s.histogram, from) + " to " + edge(s.histogram, from + s.histogram.width);
}

const edgeNumber = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

// Where a bucket begins or ends.
function edge(h, at) {
  if (!h.times) return edgeNumber.format(at);
  const d = new Date(at * 1000);
  if (Number.isNaN(d.getTime())) return edgeNumber.format(at) + " s";
  const text = d.toISOString();
  return h.width >= 86400 ? text.slice(0, 10) : text.slice(0, 19).replace("T", " ");
}
