// The pages that list one kind of thing: tests, sources, exposures, syncs, docs blocks.

import {el, put} from "../dom.js";
import {count, counted, dateTime, duration, state, time} from "../format.js";
import {firstLine, markdown} from "../markdown.js";
import {nodeHref, typeOf} from "../route.js";
import {chip, dataTable, empty, factTitle, factValue, nodeLink, pageHead, section, worstFirst} from "../parts.js";
import {store} from "../store.js";
import {longTable} from "../virtual.js";

export async function testsPage(root, { query }) {
  const t = await store.tests();
  const all = t.id.map((_, i) => i);
  const rank = t.statuses.map((status) => worstFirst.indexOf(status));
  const value = { name: (i) => t.names[t.name[i]], node: (i) => (t.node[i] < 0 ? "" : t.nodes[t.node[i]][1]), column: (i) => t.columns[t.column[i]], status: (i) => rank[t.status[i]], seconds: (i) => -t.seconds[i] };
  const order = (rows, key, down) => {
    const sorted = [...rows].sort((a, b) => { const x = value[key](a); const y = value[key](b); return x < y ? -1 : x > y ? 1 : a - b; });
    return down ? sorted.reverse() : sorted;
  };
  const table = longTable("Tests", [["Test", "", "name"], ["Result", "", "status"], ["Of", "", "node"], ["Column", "", "column"], ["Took", "num", "seconds"]], {
    rows: all, order,
    row: (i) => [
      el("th", { scope: "row" }, el("a", { href: nodeHref(typeOf(t.id[i]), t.id[i]) }, value.name(i))),
      el("td", {}, state(t.statuses[t.status[i]]), t.failures[i] && el("span", { class: "muted" }, " " + counted(t.failures[i], "row"))),
      el("td", {}, t.node[i] < 0 ? "" : nodeLink(t.nodes[t.node[i]])),
      el("td", { class: "mono" }, value.column(i)),
      el("td", { class: "num" }, t.seconds[i] ? duration(t.seconds[i]) : ""),
    ],
  });
  const told = el("p", { class: "told", role: "status" });
  const wanted = { status: query.get("status") || "", text: "" };
  const apply = () => {
    const text = wanted.text.toLowerCase();
    const rows = all.filter((i) => (!wanted.status || t.statuses[t.status[i]] === wanted.status.replace(/^never$/, "")) && (!text || (value.name(i) + " " + value.node(i) + " " + value.column(i)).toLowerCase().includes(text)));
    told.textContent = count(rows.length) + " of " + count(all.length);
    table.show(order(rows, "status", false));
  };
  put(root, pageHead("Tests", "How each ended when it last ran."), el("div", { class: "filters" },
    el("label", {}, "Filter", el("input", { type: "search", on: { input: (event) => { wanted.text = event.target.value; apply(); } } })),
    el("label", {}, "Result", el("select", { on: { change: (event) => { wanted.status = event.target.value; apply(); } } }, el("option", { value: "" }, "all"),
      t.statuses.map((status) => el("option", { value: status || "never", selected: wanted.status === (status || "never") }, status || "never ran")))), told), table.node);
  apply();
  return "Tests";
}

export async function sourcesPage(root) {
  const { sources } = await store.lists();
  put(root, pageHead("Sources", "What the project reads and does not make."), sources.length ? dataTable("Sources", [["Source"], ["Freshness"], ["Looked at"], ["Expected"], ["Owner"], ["Read by", "num"], ["Description"]], sources.map((s) => el("tr", {},
    el("th", { scope: "row" }, nodeLink(s.node)),
    el("td", {}, s.fresh ? state(s.fresh.status || "", s.fresh.status ? { pass: "fresh", warn: "old", error: "too old" }[s.fresh.status] : "not looked at") : el("span", { class: "muted" }, "no rule")),
    el("td", { class: "muted" }, s.fresh && time(s.fresh.checked)),
    el("td", {}, s.fresh ? [s.fresh.warn, s.fresh.error].filter(Boolean).join(" / ") : ""),
    el("td", {}, s.owner), el("td", { class: "num" }, count(s.down || 0)), el("td", { class: "wide" }, firstLine(s.description))))) : empty("The project has no sources."));
  return "Sources";
}

export async function exposuresPage(root) {
  const { exposures } = await store.lists();
  put(root, pageHead("Exposures", "What depends on the project: dashboards, reports, applications."), exposures.length ? el("div", { class: "cards wide-cards" }, exposures.map((e) => thing(e))) : empty("The project has no exposures."));
  return "Exposures";
}

export async function syncsPage(root) {
  const { syncs } = await store.lists();
  put(root, pageHead("Syncs", "Where the project's rows are sent to."), syncs.length ? el("div", { class: "cards wide-cards" }, syncs.map((s) => thing(s))) : empty("The project has no syncs."));
  return "Syncs";
}

function thing(t) {
  return el("section", { class: "card" }, el("h2", {}, nodeLink(t.node)), t.last && t.last.status !== "no-op" && state(t.last.status), t.description && markdown(t.description),
    el("dl", { class: "facts" }, t.owner && [el("dt", {}, "Owner"), el("dd", {}, t.owner)],
      (t.facts || []).map(([title, value]) => [el("dt", {}, factTitle(title)), el("dd", {}, factValue(title, value))]),
      (t.up || []).length > 0 && [el("dt", {}, "Reads"), el("dd", { class: "node-list" }, t.up.map((l) => [nodeLink(l), " "]))]));
}

export async function docsPage(root) {
  const { docs } = await store.lists();
  put(root, pageHead("Glossary", "The docs blocks of the project, and what they describe."), docs.length ? docs.map((d) => el("section", { class: "doc", id: d.id }, el("h2", {}, d.name, el("span", { class: "of mono" }, d.path)), markdown(d.text),
    d.usedBy && el("p", { class: "muted small node-list" }, "Describes ", d.usedBy.map((l) => [nodeLink(l), " "])))) : empty("The project has no docs blocks."));
  return "Glossary";
}

export async function changesPage(root) {
  const { since, changes } = await store.load("changes");
  put(root, pageHead("Changes", since ? "What is different from the site that was written " + dateTime(since) + "." : "The next site tells here what is different from this one."));
  for (const what of ["added", "changed", "removed"]) {
    const some = changes.filter((c) => c.what === what);
    if (some.length) put(root, section(factTitle(what), count(some.length), changeTable(what, some)));
  }
  if (since && !changes.length) put(root, empty("Nothing has changed."));
  return "Changes";
}

function changeTable(what, some) {
  return dataTable(factTitle(what), [["Node"], ["Type"], what === "changed" && ["What"]].filter(Boolean), some.slice(0, 500).map((c) => el("tr", {},
    el("th", { scope: "row" }, what === "removed" ? c.node[1] : nodeLink(c.node)),
    el("td", {}, chip(c.node[2])),
    what === "changed" && el("td", { class: "wide" }, (c.how || []).join("; ")))));
}
