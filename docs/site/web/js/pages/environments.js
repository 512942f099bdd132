// How the project differs from another environment: what is new, changed or gone, and the difference of the code.

import {clear, el, put} from "../dom.js";
import {count, counted, time} from "../format.js";
import {nodeHref} from "../route.js";
import {chip, empty, pageHead} from "../parts.js";
import {store} from "../store.js";

const changesShown = 300;
const changeWords = { new: ["+", "new", "good"], changed: ["~", "changed", "warn"], gone: ["−", "gone", "bad"] };
const howWords = { body: "code", configs: "config", persisted_descriptions: "descriptions", fqn: "folder", checksum: "definition" };

export async function environmentsPage(root, { query }) {
  const list = await store.load("environment");
  if (!list.name) {
    put(root, pageHead("Environments", "How the project differs from another environment."), empty("There is nothing to compare with yet."),
      el("p", { class: "muted" }, el("code", {}, "mod docs generate --state DIR"), " compares the project with the manifest in that folder: the one of production, or of another branch."));
    return "Environments";
  }
  const changes = list.changes.map((change, at) => ({ ...change, at }));
  put(root, el("header", { class: "page-head" }, el("h1", {}, "Environments"),
    el("p", { class: "lead" }, "How the project differs from ", el("code", {}, list.name), list.made && [", whose manifest was written ", time(list.made)], ": ", summary(changes) || "not at all", ".")));
  if (!changes.length) return "Environments";
  const wanted = { what: query.get("what") || "", how: query.get("how") || "", text: query.get("text") || "", node: query.get("node") || "" };
  const told = el("p", { class: "told", role: "status" });
  const items = el("div", { class: "change-list" });
  const show = (most) => {
    const found = changes.filter((change) => changeMatches(change, wanted));
    told.textContent = count(found.length) + " of " + count(changes.length);
    clear(items);
    put(items, found.slice(0, most).map((change) => changeItem(change, list, found.length === 1 || change.node[0] === wanted.node)),
      found.length > most && el("p", {}, el("button", { type: "button", on: { click: () => show(most + 1000) } }, counted(found.length - most, "more", "more"))));
  };
  const change = (key) => (event) => {
    wanted[key] = event.target.value;
    wanted.node = "";
    const kept = new URLSearchParams(Object.entries(wanted).filter(([, value]) => value));
    history.replaceState(null, "", "#/environments" + (kept.size ? "?" + kept : ""));
    show(changesShown);
  };
  const options = (key, values) => [el("option", { value: "" }, "all"), values.map((value) => el("option", { value, selected: wanted[key] === value }, howWords[value] || value))];
  put(root, el("div", { class: "filters" },
    el("label", {}, "Filter", el("input", { type: "search", value: wanted.text, on: { input: change("text") } })),
    el("label", {}, "Show", el("select", { on: { change: change("what") } }, options("what", Object.keys(changeWords).filter((what) => changes.some((c) => c.what === what))))),
    el("label", {}, "What of it", el("select", { on: { change: change("how") } }, options("how", [...new Set(changes.flatMap((c) => c.how || []))].sort()))), told), items);
  show(changesShown);
  return "Environments";
}

function summary(changes) {
  return Object.keys(changeWords).map((what) => [changes.filter((c) => c.what === what).length, what]).filter(([n]) => n).map(([n, what]) => count(n) + " " + what).join(", ");
}

function changeMatches(change, wanted) {
  if (wanted.node && change.node[0] !== wanted.node) return false;
  if (wanted.what && change.what !== wanted.what || wanted.how && !(change.how || []).includes(wanted.how)) return false;
  return !wanted.text || change.node[1].toLowerCase().includes(wanted.text.toLowerCase());
}

function changeItem(change, list, open) {
  const body = el("div", { class: "change-body" });
  const item = el("details", { class: "change-item", open, on: { toggle: () => { if (item.open && !body.firstChild) fillChange(body, change, list.details); } } },
    el("summary", {}, changeMark(change.what), chip(change.node[2]), el("span", { class: "change-name" }, change.node[1]), el("span", { class: "muted" }, howText(change.how))), body);
  return item;
}

export function changeMark(what) {
  const [mark, word, kind] = changeWords[what];
  return el("span", { class: "state " + kind }, el("span", { class: "mark", "aria-hidden": "true" }, mark), word);
}

export function howText(how) {
  return (how || []).map((word) => howWords[word] || word).join(", ");
}

async function fillChange(body, change, details) {
  put(body, change.what !== "gone" && el("p", { class: "small" }, el("a", { href: nodeHref(change.node[2], change.node[0]) }, "Open " + change.node[1])));
  put(body, await changeDetail(change.at, details));
}

// What is different, and the difference of the code.
export async function changeDetail(at, details) {
  const piece = await store.load("environment/" + Math.floor(at / details));
  const d = piece[at % details];
  const [there, here] = d.relation || ["", ""];
  const facts = [];
  if (there || here) facts.push(el("dt", {}, "Relation"), el("dd", { class: "mono" }, there && el("div", {}, "− " + there), here && el("div", {}, "+ " + here)));
  for (const [key, was, is] of d.configs || []) facts.push(el("dt", {}, key), el("dd", { class: "mono" }, was && el("div", {}, "− " + was), is && el("div", {}, "+ " + is)));
  for (const [title, lines] of [["Columns", d.columns], ["Tests", d.tests], ["Contract", d.broken && [d.broken]]]) {
    if (lines) facts.push(el("dt", {}, title), el("dd", {}, lines.map((line) => el("div", {}, line))));
  }
  return [facts.length > 0 && el("dl", { class: "facts change-facts" }, facts), d.diff && diffBlock(d.diff)];
}

function diffBlock(text) {
  const kinds = { "+": "added", "-": "removed", "@": "hunk" };
  return el("pre", { class: "diff", tabindex: "0", "aria-label": "Difference of the code, from there (-) to here (+)" },
    text.replace(/\n$/, "").split("\n").map((line) => el("span", { class: kinds[line[0]] || "" }, line + "\n")));
}
