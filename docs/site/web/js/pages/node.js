// The page of a node: what it is, what its columns are, whether it can be trusted, where it comes from and where it goes.

import {clear, el, put} from "../dom.js";
import {codeBlock} from "../code.js";
import {columnHref, nodeHref, typeWord} from "../route.js";
import {counted, dateTime, duration, count, state, time} from "../format.js";
import {firstLine, markdown} from "../markdown.js";
import {profileCell, profileDetail, profileNote} from "../profile.js";
import {mountColumns} from "../lineage/columns.js";
import {loadGraph, mountFocus} from "../lineage/focus.js";
import {chip, dataTable, empty, factTitle, factValue, nodeLink, section, tagList, trend} from "../parts.js";
import {store} from "../store.js";
import {maskList} from "./access.js";
import {changeDetail, changeMark, howText} from "./environments.js";
import {finding, worstFinding} from "./findings.js";

export async function nodePage(root, { parts }) {
  const [, id, tab, ...rest] = parts;
  const node = await store.node(id);
  if (!node) {
    root.append(el("header", { class: "page-head" }, el("h1", {}, "Not in this project"), el("p", { class: "lead" }, "There is no ", el("code", {}, id), ".")));
    return "Not found";
  }
  const tabs = tabsOf(node);
  const current = tabs.find(([key]) => key === (tab || "")) || tabs[0];
  root.append(head(node), tabBar(node, tabs, current[0]));
  const body = el("div", { class: "tab-body" });
  root.append(body);
  await current[2](body, node, rest);
  // The graph of the project comes while the page is read, so that its lineage opens at once.
  if (tabs.some(([key]) => key === "lineage")) (window.requestIdleCallback || setTimeout)(() => loadGraph(store));
  return node.name;
}

function tabsOf(node) {
  const tabs = [["", "Overview", overviewTab]];
  if (node.source || node.compiled) tabs.push(["code", "Code", codeTab]);
  if (node.type !== "test" && node.type !== "unit_test") tabs.push(["lineage", "Lineage", lineageTab]);
  if (node.past) tabs.push(["history", "History", historyTab]);
  return tabs;
}

function head(node) {
  return el("header", { class: "page-head node-head" },
    el("div", { class: "crumbs" }, chip(node.type), el("span", { class: "muted" }, node.package), node.path && el("span", { class: "muted mono" }, node.path + (node.line > 1 ? ":" + node.line : ""))),
    el("h1", {}, node.name),
    node.relation && el("p", { class: "relation mono" }, node.relation));
}

function tabBar(node, tabs, current) {
  return el("nav", { class: "tabs", "aria-label": "Views of " + node.name }, tabs.map(([key, title]) =>
    el("a", { href: nodeHref(node.type, node.id, key), "aria-current": key === current ? "page" : null }, title)));
}

async function overviewTab(root, node, rest, column) {
  const main = el("div", { class: "main-column" });
  if (node.problems) main.append(findingsNotice(node.problems));
  if (node.changed) main.append(el("p", { class: "changed small" }, el("a", { href: "#/changes" }, node.changed[0] === "added" ? "New" : "Changed"), " since ", dateTime(node.since), node.changed.length > 1 && ": " + node.changed.slice(1).join("; ")));
  if (node.elsewhere) main.append(await elsewhereSection(node.elsewhere, node.id));
  main.append(node.description ? markdown(node.description, 2) : empty("No description yet."));
  if (node.columns) main.append(columnSection(node, column));
  if (node.tests) main.append(section("Tests", count(node.tests.length), testTable(node)));
  if (node.problems) main.append(section("Diagnostics", count(node.problems.length), el("div", { class: "findings" }, node.problems.map((p) => finding({ ...p, node: undefined })))));
  root.append(el("div", { class: "with-aside" }, main, aside(node)));
}

// How the node differs from another environment.
async function elsewhereSection(there, id) {
  const list = await store.load("environment");
  const body = el("div", { class: "change-body" });
  const item = el("details", { class: "change-item on-page", on: { toggle: async () => { if (!body.firstChild) put(body, el("p", { class: "small" }, el("a", { href: "#/environments?node=" + encodeURIComponent(id) }, "All that differs")), await changeDetail(there.at, list.details)); } } },
    el("summary", {}, changeMark(there.what), el("span", {}, there.what === "new" ? "it is not in " : "it differs from ", el("code", {}, there.name)), el("span", { class: "muted" }, howText(there.how))), body);
  return item;
}

// What stands at the top of a page of a node with diagnostics: how many there are, and the worst.
function findingsNotice(problems) {
  const worst = worstFinding(problems);
  return el("p", { class: "notice " + (worst.level === "error" ? "bad" : "warn") }, state(worst.level === "error" ? "error" : "warn", counted(problems.length, "diagnostic")), ": ", worst.message,
    problems.length > 1 && el("span", { class: "muted" }, ", and more below"));
}

export async function columnPage(root, route) {
  const [, id, , name] = route.parts;
  const node = await store.node(id);
  if (!node) return nodePage(root, { parts: route.parts });
  root.append(head(node), tabBar(node, tabsOf(node), ""));
  const body = el("div", { class: "tab-body" });
  root.append(body);
  await overviewTab(body, node, [], name);
  const row = body.querySelector("tr.open");
  if (row) row.scrollIntoView({ block: "center" });
  return node.name + "." + name;
}

function columnSection(node, open) {
  const said = node.columns.filter((c) => c.description).length;
  const hasTypes = node.columns.some((c) => c.type);
  const heads = [["Column"], hasTypes && ["Type"], ["Description"], node.profile && ["Data"], ["Tests"]].filter(Boolean);
  const rows = node.columns.flatMap((c) => {
    const isOpen = open !== undefined && c.name.toLowerCase() === open.toLowerCase();
    const row = columnRow(node, c, hasTypes, isOpen);
    return isOpen ? [row, el("tr", { class: "detail" }, el("td", { colspan: heads.length }, columnDetail(node, c)))] : [row];
  });
  return section("Columns", [counted(node.columns.length, "column") + ", " + count(said) + " described" + (node.open ? "; there may be more" : ""), profileNote(node)], dataTable("Columns", heads, rows, "stacked"));
}

function columnRow(node, c, hasTypes, isOpen) {
  const href = isOpen ? nodeHref(node.type, node.id) : columnHref(node.type, node.id, c.name);
  return el("tr", { class: isOpen ? "open" : "" },
    el("th", { scope: "row" }, el("a", { href, class: "mono", "aria-expanded": String(isOpen) }, c.name), personal(c), c.masks && el("span", { class: "flag mask", title: c.masks.map((m) => m.kind + " " + m.name).join(", ") }, "mask"), c.missing && el("span", { class: "flag warn", title: "It is described, but the relation does not have it" }, "missing")),
    hasTypes && el("td", { class: "mono type" }, (c.type || "").toLowerCase()),
    el("td", { class: "wide" }, c.description ? firstLine(c.description) : el("span", { class: "muted none" }, "–"), c.from && inheritedFrom(c.from), (c.tags || []).length > 0 && tagList(c.tags.map((t) => t.text))),
    node.profile && el("td", { class: "profile" }, profileCell(node, c)),
    el("td", {}, el("span", { class: "checks" }, (c.tests || []).map((i) => testMark(node.tests[i])))));
}

function personal(c) {
  const kinds = (c.pii || []).map((kind) => kind.text).filter((text) => text !== "false");
  if (c.derived) return el("span", { class: "flag pii", title: "It is computed from a column that holds personal data" }, "pii: derived");
  if (!kinds.length) return "";
  const named = kinds.filter((text) => text !== "true");
  return el("span", { class: "flag pii", title: "Personal data" }, "pii", named.length > 0 && ": " + named.join(", "));
}

function whoReads(node, c) {
  const readers = (node.grants || []).filter((g) => /^(select|all.*|ownership|roles\/.*)$/i.test(g.privilege)).flatMap((g) => g.to);
  return [readers.length ? readers.join(", ") : el("span", { class: "muted" }, "no grant"), !c.masks && node.relation && [" ", maskList(c.masks, true)], el("div", {}, el("a", { href: "#/access" }, "All personal data"))];
}

function inheritedFrom([id, name, column]) {
  return el("span", { class: "from" }, "from ", el("a", { href: columnHref(id.slice(0, id.indexOf(".")), id, column) }, name + "." + column));
}

function testMark(test) {
  return el("span", { class: "check" }, state(test.last ? test.last.status : "", test.name));
}

function columnDetail(node, c) {
  const facts = [];
  for (const [title, list] of [["Tags", c.tags], ["Personal data", c.pii]]) {
    if (list && list.length) facts.push(el("dt", {}, title), el("dd", {}, list.map((s) => el("div", {}, s.text, s.from && inheritedFrom(s.from)))));
  }
  if (c.masks) facts.push(el("dt", {}, "Mask"), el("dd", {}, maskList(c.masks)));
  if (personal(c)) facts.push(el("dt", {}, "Who may read it"), el("dd", {}, whoReads(node, c)));
  const lineage = el("div", { class: "column-lineage" });
  store.columns(node.id).then((edges) => columnEdges(lineage, edges, c.name));
  const drawing = el("div", { class: "lin-host" });
  mountColumns(drawing, store, { node: node.id, column: c.name });
  return el("div", { class: "column-detail" }, c.description && markdown(c.description), profileDetail(node, c), facts.length > 0 && el("dl", {}, facts), lineage, drawing);
}

const kindWords = { copy: "copied", rename: "renamed", transform: "transformed", aggregate: "aggregated", filter: "filters rows", join: "joins rows", group: "groups rows", order: "orders rows" };

function columnEdges(root, edges, name) {
  const lower = name.toLowerCase();
  const side = (title, list, none) => el("div", {}, el("h3", {}, title), list.length
    ? el("ul", { class: "edges" }, list.map(([, id, column, kind]) => {
      const [other, type] = edges.names[id] || [id, id.slice(0, id.indexOf("."))];
      return el("li", {}, column ? el("a", { href: columnHref(type, id, column), class: "mono" }, other + "." + column) : el("a", { href: nodeHref(type, id), class: "mono" }, other), el("span", { class: "muted" }, kindWords[kind] || kind));
    }))
    : empty(none));
  clear(root).append(
    side("Made of", edges.in.filter((e) => e[0].toLowerCase() === lower), "Nothing that is known."),
    side("Used for", edges.out.filter((e) => e[0].toLowerCase() === lower), "Nothing is made of it."));
}

function testTable(node) {
  return dataTable("Tests", [["Test"], ["Column"], ["Result"], ["Last run"], ["Took", "num"]], node.tests.map((test) => el("tr", {},
    el("th", { scope: "row" }, el("a", { href: nodeHref(test.type, test.id), class: "mono" }, test.name), test.severity && el("span", { class: "flag" }, test.severity)),
    el("td", { class: "mono" }, test.column || ""),
    el("td", {}, state(test.last ? test.last.status : ""), test.last && test.last.failures > 0 && el("span", { class: "muted" }, " " + counted(test.last.failures, "row"))),
    el("td", { class: "muted" }, test.last ? time(test.last.at) : ""),
    el("td", { class: "num" }, test.last ? duration(test.last.seconds) : ""))));
}

function aside(node) {
  const box = el("aside", { "aria-label": "Facts" });
  const facts = el("dl", { class: "facts" });
  const add = (title, ...value) => {
    if (value.flat().some((v) => v)) facts.append(el("dt", {}, title), el("dd", {}, value));
  };
  add("State", state(node.last ? node.last.status : ""), node.last && el("span", { class: "muted" }, " ", time(node.last.at)));
  if (node.last && node.last.message && node.last.status !== "success" && node.last.status !== "pass") add("Message", el("span", { class: "message" }, node.last.message));
  add("Rows", node.last && node.last.rows !== undefined && count(node.last.rows));
  add("Took", node.last && duration(node.last.seconds), node.past && node.past.length > 1 && trend(node.past));
  if (node.fresh) freshFacts(add, node.fresh);
  add("Owner", node.owner);
  add("Materialized", node.materialized, node.kind && node.kind !== node.materialized && el("span", { class: "muted" }, " (" + node.kind + ")"));
  add("Tags", node.tags && tagList(node.tags));
  add("Group", node.group);
  add("Access", node.access);
  add("Version", node.version);
  add("Contract", node.contract && "enforced");
  for (const g of node.grants || []) add("May " + g.privilege, g.to.join(", "));
  for (const [title, value] of node.facts || []) add(factTitle(title), factValue(title, value));
  box.append(facts);
  box.append(links("Upstream", node.up), ...downstream(node.down || []));
  if (node.meta) box.append(el("details", {}, el("summary", {}, "Meta"), el("pre", { class: "meta", tabindex: "0" }, JSON.stringify(node.meta, null, 2))));
  return box;
}

function freshFacts(add, fresh) {
  add("Freshness", state(fresh.status || "", fresh.status ? { pass: "fresh", warn: "old", error: "too old" }[fresh.status] : "not looked at"), fresh.checked && el("span", { class: "muted" }, " ", time(fresh.checked)));
  add("Newest row", fresh.loaded && dateTime(fresh.loaded));
  add("Expected", [fresh.warn && "warn after " + fresh.warn, fresh.error && "error after " + fresh.error].filter(Boolean).join(", "));
  add("Message", fresh.message);
}

function downstream(down) {
  const outside = (type) => type === "exposure" || type === "sync";
  return [
    links("Downstream", down.filter((l) => !outside(l[2]))),
    links("Exposures", down.filter((l) => l[2] === "exposure")),
    links("Syncs", down.filter((l) => l[2] === "sync")),
  ];
}

function links(title, list) {
  if (!list || !list.length) return document.createTextNode("");
  const first = list.slice(0, 12);
  const items = (some) => some.map((l) => el("li", {}, el("span", { class: "dot type-dot-" + l[2], title: typeWord(l[2], 1) }), nodeLink(l)));
  const more = list.length > first.length && el("details", {}, el("summary", {}, counted(list.length - first.length, "more", "more")), el("ul", { class: "links" }, items(list.slice(12))));
  return el("div", { class: "link-list" }, el("h2", {}, title, el("span", { class: "of" }, count(list.length))), el("ul", { class: "links" }, items(first)), more);
}

// The drawing comes when its data is there; the page does not wait for it.
async function lineageTab(root, node) {
  mountFocus(put(root, el("div", { class: "lin-host" })).lastChild, store, { node: node.id });
}

async function codeTab(root, node) {
  const both = node.source && node.compiled;
  put(root, el("div", { class: both ? "side-by-side" : "" },
    node.source && el("div", {}, el("h2", {}, "Source", el("span", { class: "of mono" }, node.source.path)), codeBlock(node.source, "Source of " + node.name)),
    node.compiled && el("div", {}, el("h2", {}, "Compiled"), codeBlock(node.compiled, "Compiled code of " + node.name))));
}

async function historyTab(root, node) {
  const runs = await store.runs();
  put(root, node.past.length > 1 && el("div", { class: "big-trend" }, trend(node.past)), dataTable("Runs", [["Result"], ["When"], ["Command"], ["Took", "num"], ["Rows", "num"]], node.past.map((past) => el("tr", {},
    el("th", { scope: "row" }, state(past.status)),
    el("td", {}, el("a", { href: "#/runs/" + encodeURIComponent(runs[past.run].id) }, dateTime(runs[past.run].started))),
    el("td", {}, runs[past.run].command),
    el("td", { class: "num" }, duration(past.seconds)),
    el("td", { class: "num" }, past.rows === undefined ? "" : count(past.rows))))));
}
