// Who may read what, what hides it from whom, and what leaves the warehouse.

import {el, put} from "../dom.js";
import {count, counted} from "../format.js";
import {columnHref} from "../route.js";
import {dataTable, empty, nodeLink, pageHead, section} from "../parts.js";
import {store} from "../store.js";
import {longTable} from "../virtual.js";

export async function accessPage(root, { query }) {
  const { grants, groups, personal } = await store.load("access");
  put(root, pageHead("Access", "Who may read what, who answers for it, and where personal data is."),
    section("Personal data", personal.length ? counted(personal.reduce((sum, n) => sum + n.columns.length, 0), "column") : "", personal.length ? personalTable(personal, query) : empty("No column is said to hold personal data.")),
    section("Grants", "", grants.length ? dataTable("Grants", [["Who"], ["May"], ["On"]], grants.map((g) => el("tr", {}, el("th", { scope: "row" }, g.to), el("td", {}, g.privilege), nodeCell(g.nodes)))) : empty("No grants are configured.")),
    section("Groups", "", groups.length ? dataTable("Groups", [["Group"], ["Owner"], ["Has"]], groups.map((g) => el("tr", {}, el("th", { scope: "row" }, g.name), el("td", {}, g.owner), nodeCell(g.nodes)))) : empty("There are no groups.")));
  return "Access";
}

function nodeCell(nodes) {
  return el("td", { class: "wide node-list" }, nodes.slice(0, 30).map((l) => [nodeLink(l), " "]), nodes.length > 30 && el("span", { class: "muted" }, "and " + count(nodes.length - 30) + " more"));
}

const personalFilters = [
  ["open", "without a mask", (r) => r.node.stored && !r.column.masks],
  ["read", "that somebody may read", (r) => r.node.readers],
  ["sent", "that a sync takes out", (r) => r.column.carried],
];

function personalTable(personal, query) {
  const all = personal.flatMap((node) => node.columns.map((column) => ({ node, column, name: node.node[1] + "." + column.name })));
  const value = {
    name: (r) => r.name, kind: (r) => (r.column.kinds || ["~"]).join(), readers: (r) => (r.node.readers || ["~"]).join(), mask: (r) => (r.column.masks ? r.column.masks[0].name : ""), sent: (r) => -(r.column.carried || []).length,
  };
  const table = longTable("Personal data", [["Column", "", "name"], ["Data", "", "kind"], ["Who may read it", "", "readers"], ["Mask", "", "mask"], ["Leaves with", "", "sent"]], {
    rows: all,
    row: (r) => personalCells(r),
    order: (rows, key, down) => {
      const sorted = [...rows].sort((a, b) => { const x = value[key](a); const y = value[key](b); return x < y ? -1 : x > y ? 1 : 0; });
      return down ? sorted.reverse() : sorted;
    },
  });
  const told = el("p", { class: "told", role: "status" });
  const wanted = { text: "", only: query.get("only") || "" };
  const apply = () => {
    const only = personalFilters.find(([key]) => key === wanted.only);
    const rows = all.filter((r) => (!only || only[2](r)) && (r.name + " " + (r.node.readers || []).join(" ")).toLowerCase().includes(wanted.text.toLowerCase()));
    told.textContent = count(rows.length) + " of " + count(all.length);
    table.show(rows);
  };
  apply();
  return [
    el("div", { class: "filters" },
      el("label", {}, "Filter", el("input", { type: "search", on: { input: (event) => { wanted.text = event.target.value; apply(); } } })),
      el("label", {}, "Show", el("select", { on: { change: (event) => { wanted.only = event.target.value; history.replaceState(null, "", "#/access" + (wanted.only ? "?only=" + wanted.only : "")); apply(); } } },
        el("option", { value: "" }, "all"), personalFilters.map(([key, title]) => el("option", { value: key, selected: wanted.only === key }, title)))), told),
    table.node,
    el("p", { class: "muted small below" }, "Readers are those to whom grants of the node give the right to read it; a role that owns the schema may read it too. Masks are those that the project declares. What mod itself prints of a sync has ••• in place of personal data."),
  ];
}

function personalCells({ node, column }) {
  return [
    el("th", { scope: "row" }, el("a", { class: "mono", href: columnHref(node.node[2], node.node[0], column.name) }, node.node[1] + "." + column.name)),
    el("td", {}, column.kinds ? column.kinds.map((kind) => (kind === "true" ? "personal" : kind)).join(", ") : el("span", { class: "muted", title: "It is computed from a column that holds personal data" }, "derived")),
    el("td", {}, readersOf(node)),
    el("td", {}, maskList(column.masks, node.stored)),
    el("td", { class: "wide" }, carriedList(column.carried)),
  ];
}

function readersOf(node) {
  if (!node.stored) return el("span", { class: "muted" }, "not stored");
  return node.readers ? node.readers.join(", ") : el("span", { class: "muted" }, "no grant");
}

// The masks that are declared on a column; that there is none is said where there are values to hide.
export function maskList(masks, stored) {
  if (!masks) return stored ? el("span", { class: "flag warn" }, "no mask") : "";
  return masks.map((m) => el("div", {}, el("span", { class: "mono" }, m.name), el("span", { class: "muted" }, " " + m.kind + (m.with ? " with " + m.with : ""))));
}

function carriedList(list) {
  return (list || []).map((c) => el("div", { title: c.to && "to " + c.to }, nodeLink(c.sync), el("span", { class: "muted" }, c.held ? " may not send it: " : " as ", el("code", {}, c.field), c.as && c.as !== c.field && [" = ", el("code", {}, c.as)])));
}
