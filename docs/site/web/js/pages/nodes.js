// All nodes of the project as a table that is filtered and sorted.

import {el, put} from "../dom.js";
import {nodeHref, typeWord} from "../route.js";
import {count, duration, share, state} from "../format.js";
import {chip, pageHead} from "../parts.js";
import {store} from "../store.js";
import {longTable} from "../virtual.js";

const tableTypes = ["model", "snapshot", "seed", "source", "analysis", "metric", "semantic_model", "saved_query", "function"];

export async function nodesPage(root, { query }) {
  const n = await store.names();
  const all = n.name.map((_, i) => i).filter((i) => tableTypes.includes(n.types[n.type[i]]));
  const rank = n.types.map((type) => tableTypes.indexOf(type));
  all.sort((a, b) => rank[n.type[a]] - rank[n.type[b]] || (n.name[a] < n.name[b] ? -1 : 1));
  const filters = { type: query.get("type") || "", owner: query.get("owner") || "", tag: query.get("tag") || "", text: query.get("text") || "", only: query.get("only") || "" };
  const table = longTable("Nodes", [["Name", "", "name"], ["Type", "", "type"], ["Materialized", "", "mat"], ["Owner", "", "owner"], ["State", "", "status"], ["Took", "num", "seconds"], ["Rows", "num", "rows"], ["Tests", "num", "tests"], ["Columns described", "num", "said"]], {
    rows: all, row: (i) => cells(n, i), order: (rows, key, down) => ordered(n, rows, key, down),
  });
  const told = el("p", { class: "told", role: "status" });
  const apply = () => {
    const rows = all.filter((i) => matches(n, i, filters));
    told.textContent = count(rows.length) + " of " + count(all.length);
    table.show(rows);
  };
  const select = (label, key, values, word) => el("label", {}, label, el("select", { on: { change: (event) => { filters[key] = event.target.value; keep(filters); apply(); } } },
    el("option", { value: "" }, "all"), values.map((value) => el("option", { value, selected: filters[key] === value }, word ? word(value) : value))));
  const used = [...new Set(all.map((i) => n.types[n.type[i]]))];
  put(root, pageHead("Models and other nodes"), el("div", { class: "filters" },
    el("label", {}, "Filter", el("input", { type: "search", value: filters.text, on: { input: (event) => { filters.text = event.target.value; keep(filters); apply(); } } })),
    used.length > 1 && select("Type", "type", used, (type) => typeWord(type, 2)),
    n.owners.some(Boolean) && select("Owner", "owner", n.owners.filter(Boolean).sort()),
    n.allTags.length > 0 && select("Tag", "tag", [...n.allTags].sort()),
    select("Show", "only", ["failing", "untested", "undescribed", "unowned", "pii"], (key) => onlyWords[key]), told), table.node);
  apply();
  return "Nodes";
}

const onlyWords = { failing: "not well", untested: "without tests", undescribed: "without description", unowned: "without owner", pii: "with personal data" };

// The address says what is filtered, so that it can be sent to others.
function keep(filters) {
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value));
  history.replaceState(null, "", "#/nodes" + (query.size ? "?" + query : ""));
}

function matches(n, i, f) {
  if (f.type && n.types[n.type[i]] !== f.type) return false;
  if (f.owner && n.owners[n.owner[i]] !== f.owner) return false;
  if (f.tag && !n.tags[i].some((tag) => n.allTags[tag] === f.tag)) return false;
  if (f.text && !(n.name[i] + " " + n.folders[n.folder[i]]).toLowerCase().includes(f.text.toLowerCase())) return false;
  switch (f.only) {
    case "failing": return n.failing[i] > 0 || ["error", "fail", "skipped", "partial success"].includes(n.statuses[n.status[i]]);
    case "untested": return n.tests[i] === 0;
    case "undescribed": return !(n.flags[i] & 1);
    case "unowned": return !n.owners[n.owner[i]];
    case "pii": return (n.flags[i] & 2) > 0;
  }
  return true;
}

function cells(n, i) {
  const type = n.types[n.type[i]];
  return [
    el("th", { scope: "row" }, el("a", { href: nodeHref(type, n.id[i]), title: n.folders[n.folder[i]] }, n.name[i]), (n.flags[i] & 2) > 0 && el("span", { class: "flag pii" }, "pii")),
    el("td", {}, chip(type)),
    el("td", {}, n.mats[n.mat[i]]),
    el("td", { class: "clip" }, n.owners[n.owner[i]]),
    el("td", {}, type === "source" || n.mats[n.mat[i]] === "ephemeral" ? "" : state(n.statuses[n.status[i]])),
    el("td", { class: "num" }, n.seconds[i] ? duration(n.seconds[i] / 1000) : ""),
    el("td", { class: "num" }, n.rows[i] >= 0 ? count(n.rows[i]) : ""),
    el("td", { class: "num" }, n.failing[i] > 0 && el("span", { class: "bad" }, n.failing[i] + " of "), n.tests[i] || ""),
    el("td", { class: "num" }, n.columns[i] ? share(n.said[i], n.columns[i]) + "%" : ""),
  ];
}

function ordered(n, rows, key, down) {
  const value = {
    name: (i) => n.name[i], type: (i) => n.types[n.type[i]], mat: (i) => n.mats[n.mat[i]], owner: (i) => n.owners[n.owner[i]] || "\uffff",
    status: (i) => n.statuses[n.status[i]], seconds: (i) => -n.seconds[i], rows: (i) => -n.rows[i], tests: (i) => -n.tests[i], said: (i) => share(n.said[i], n.columns[i]),
  }[key];
  const sorted = [...rows].sort((a, b) => { const x = value(a); const y = value(b); return x < y ? -1 : x > y ? 1 : a - b; });
  return down ? sorted.reverse() : sorted;
}
