// What is wrong with the project's files: what mod check finds.

import {clear, el, put} from "../dom.js";
import {count, counted, state} from "../format.js";
import {chip, empty, nodeLink, pageHead} from "../parts.js";
import {store} from "../store.js";

const findingsShown = 200;
const levels = ["error", "warning", "info"];
const levelStates = { error: "error", warning: "warn", info: "no-op" };

export async function diagnosticsPage(root, { query }) {
  const { problems, meanings } = await store.load("findings");
  if (!problems.length) {
    put(root, pageHead("Diagnostics", "What mod check finds in the project's files."), empty("There is nothing to report."));
    return "Diagnostics";
  }
  const wanted = { level: query.get("level") || "", code: query.get("code") || "", text: query.get("text") || "" };
  const told = el("p", { class: "told", role: "status" });
  const meant = el("p", { class: "muted" });
  const list = el("div", { class: "findings" });
  const show = (most) => {
    const found = problems.filter((p) => findingMatches(p, wanted));
    told.textContent = count(found.length) + " of " + count(problems.length);
    meant.textContent = meanings[wanted.code] || "";
    clear(list);
    put(list, found.slice(0, most).map((p) => finding(p, meanings[p.code])),
      found.length > most && el("p", {}, el("button", { type: "button", on: { click: () => show(most + 1000) } }, counted(found.length - most, "more", "more"))));
  };
  const change = (key) => (event) => {
    wanted[key] = event.target.value;
    const kept = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
    history.replaceState(null, "", "#/diagnostics" + (kept.size ? "?" + kept : ""));
    show(findingsShown);
  };
  const tally = (key) => problems.reduce((sums, p) => sums.set(p[key], (sums.get(p[key]) || 0) + 1), new Map());
  const byLevel = tally("level");
  const byCode = tally("code");
  put(root, pageHead("Diagnostics", "What mod check finds in the project's files: " + levels.filter((l) => byLevel.get(l)).map((l) => counted(byLevel.get(l), l)).join(", ") + "."),
    el("div", { class: "filters" },
      el("label", {}, "Filter", el("input", { type: "search", value: wanted.text, on: { input: change("text") } })),
      filterSelect("Severity", wanted.level, change("level"), levels.filter((l) => byLevel.get(l)).map((l) => [l, l])),
      filterSelect("Code", wanted.code, change("code"), [...byCode].sort((a, b) => b[1] - a[1]).map(([code, n]) => [code, code + " (" + count(n) + ")"])), told),
    meant, list);
  show(findingsShown);
  return "Diagnostics";
}

function filterSelect(label, chosen, change, options) {
  return el("label", {}, label, el("select", { on: { change } }, el("option", { value: "" }, "all"), options.map(([value, text]) => el("option", { value, selected: chosen === value }, text))));
}

function findingMatches(p, wanted) {
  if (wanted.level && p.level !== wanted.level || wanted.code && p.code !== wanted.code) return false;
  return !wanted.text || (p.message + " " + (p.path || "") + " " + (p.node ? p.node[1] : "")).toLowerCase().includes(wanted.text.toLowerCase());
}

// A diagnostic with its place, the line that it is about, and what to do.
export function finding(p, meaning) {
  return el("article", { class: "diagnostic " + p.level },
    el("p", { class: "finding-head" }, state(levelStates[p.level] || "no-op", p.level), el("strong", {}, p.message), el("code", { class: "muted", title: meaning }, p.code)),
    (p.path || p.node) && el("p", { class: "small finding-at" }, p.node && [chip(p.node[2]), nodeLink(p.node)], p.path && el("span", { class: "mono muted" }, p.path + ":" + p.line + ":" + p.column)),
    p.excerpt && el("pre", { tabindex: "0", "aria-label": "Line " + p.line }, el("span", { class: "line-number" }, p.line), p.excerpt[0], el("mark", {}, p.excerpt[1] || " "), p.excerpt[2]),
    p.hint && el("p", { class: "small" }, el("span", { class: "muted" }, "What to do: "), p.hint, p.mends && el("span", { class: "muted" }, " (", el("code", {}, "mod check --fix"), " does it)")),
    (p.notes || []).map((n) => el("p", { class: "small muted" }, n.at && [el("span", { class: "mono" }, n.at), ": "], n.message)));
}

export function worstFinding(problems) {
  return [...problems].sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level))[0];
}
