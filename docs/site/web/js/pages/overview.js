// The first page: is the project well, and what should be looked at.

import {el, put} from "../dom.js";
import {typeWord} from "../route.js";
import {count, counted, dateTime, duration, state, stateClass, time} from "../format.js";
import {markdown} from "../markdown.js";
import {dataTable, empty, meter, nodeLink, section, strip, worstFirst} from "../parts.js";
import {store} from "../store.js";

const mainTypes = ["source", "seed", "model", "snapshot", "test", "unit_test", "exposure", "metric", "sync"];

export async function overviewPage(root) {
  const p = await store.project();
  put(root, el("header", { class: "page-head" },
    el("h1", {}, p.name),
    el("p", { class: "lead" }, p.engine + ", target " + p.target + (p.version ? ", version " + p.version : "") + ". Written ", time(p.made), ".")),
  figures(p), health(p),
  p.attention.length ? el("div", { class: "columns-2" }, attention(p), el("div", {}, lastRuns(p), slowest(p))) : [attention(p), el("div", { class: "columns-2" }, el("div", {}, lastRuns(p)), el("div", {}, slowest(p)))],
  p.text && section("About", "", markdown(p.text)));
  return "";
}

function figures(p) {
  const href = { test: "#/tests", unit_test: "#/tests", source: "#/sources", exposure: "#/exposures", sync: "#/syncs" };
  return el("ul", { class: "figures" }, mainTypes.filter((type) => p.counts[type]).map((type) =>
    el("li", {}, el("a", { href: href[type] || "#/nodes?type=" + type }, el("span", { class: "figure" }, count(p.counts[type])), el("span", { class: "muted" }, typeWord(type, p.counts[type]))))));
}

function health(p) {
  const c = p.coverage;
  const sources = Object.values(p.sources).reduce((sum, n) => sum + n, 0);
  return el("div", { class: "cards" },
    card("Tests", "#/tests", p.counts.test || p.counts.unit_test ? strip(p.tests, worstFirst) : empty("No tests yet.")),
    card("Builds", "#/runs", strip(p.builds, worstFirst)),
    card("Freshness", "#/sources", sources ? strip(p.sources, worstFirst) : empty("No sources.")),
    card("Coverage", "#/nodes", el("div", { class: "meters" },
      meter("Described", c.described, c.nodes), meter("Columns described", c.said, c.columns), meter("Tested", c.tested, c.nodes), meter("Owned", c.owned, c.nodes))));
}

function card(title, href, ...children) {
  return el("section", { class: "card" }, el("h2", {}, el("a", { href }, title)), children);
}

function attention(p) {
  const found = ["error", "warning", "info"].filter((level) => p.problems[level]).map((level) => counted(p.problems[level], level));
  const rows = p.attention.map((a) => el("li", {},
    state(a.status), " ", nodeLink(a.node), a.of && a.of[0] !== a.node[0] && [el("span", { class: "muted" }, " on "), nodeLink(a.of)],
    el("span", { class: "muted small" }, " ", time(a.at)),
    a.message && el("p", { class: "message small" }, a.message)));
  return section("Needs attention", rows.length ? count(rows.length) : "", rows.length ? el("ul", { class: "attention" }, rows) : empty(p.runs.length ? "Nothing: all that ran is well." : "Nothing ran yet: mod build."),
    p.skipped > 0 && el("p", { class: "muted small" }, counted(p.skipped, "node was", "nodes were") + " skipped because of others."),
    found.length > 0 && el("p", {}, el("a", { href: "#/diagnostics", class: "in-text" }, found.join(", ")), " found in the project's files"),
    p.unreadable > 0 && el("p", { class: "muted small" }, "The columns of " + counted(p.unreadable, "model") + " are not all known."));
}

function lastRuns(p) {
  if (!p.runs.length) return "";
  return section("Runs", el("a", { href: "#/runs" }, "all"), runTable(p.runs.slice(0, 6)));
}

export function runTable(runs) {
  return dataTable("Runs", [["Started"], ["Command"], ["Result"], ["Took", "num"]], runs.map((run) => el("tr", {},
    el("th", { scope: "row", class: "nowrap" }, el("a", { href: "#/runs/" + encodeURIComponent(run.id) }, dateTime(run.started))),
    el("td", {}, run.command, run.target && el("span", { class: "muted" }, " " + run.target)),
    el("td", {}, runResult(run)),
    el("td", { class: "num" }, duration(run.seconds)))));
}

function byState(counts) {
  const by = { bad: 0, warn: 0, good: 0, mute: 0 };
  for (const [status, n] of Object.entries(counts)) by[stateClass(status)] += n;
  return by;
}

// How a run ended, as a class of states: as its worst node did.
export function runState(run) {
  const by = byState(run.counts);
  return ["bad", "warn", "good", "mute"].find((kind) => by[kind]) || "mute";
}

export function runResult(run) {
  const by = byState(run.counts);
  const parts = [by.bad && counted(by.bad, "failed", "failed"), by.warn && counted(by.warn, "warned", "warned"), by.good && counted(by.good, "ok", "ok")].filter(Boolean);
  return state(by.bad ? "fail" : by.warn ? "warn" : "pass", parts.join(", ") || "nothing ran");
}

function slowest(p) {
  if (!p.slowest.length) return "";
  const most = p.slowest[0].seconds;
  return section("Slowest", "", el("ul", { class: "ranks" }, p.slowest.map((s) => el("li", {},
    nodeLink(s.node), el("div", { class: "bar" }, el("div", { class: "fill", style: { width: Math.max(1, (100 * s.seconds) / most) + "%" } })), el("span", { class: "num" }, duration(s.seconds))))));
}
