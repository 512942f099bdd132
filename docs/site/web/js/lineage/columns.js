// The lineage of a column: what its values are made of, what they go into, and what a change to it would reach.

import {clear, el, svg} from "../dom.js";
import {counted} from "../format.js";
import {typeOf, typeWord} from "../route.js";
import {arrange} from "./arrange.js";
import {loadGraph} from "./focus.js";
import {lineageButton, lineageFrame} from "./frame.js";
import {alongWay, boxWidth, curve, fitText, lineageHref, lineageNode, wayOf} from "./parts.js";
import {saveMermaid, saveSvg} from "./save.js";
import {SvgView} from "./svgview.js";
import {ColumnWalk, WALK_LIMIT, derives, walkKey} from "./walk.js";

const COLUMNS_HEAD = 40;
const COLUMNS_ROW = 22;

// How a kind of edge looks, apart from its colour: the dashes of its line, and the sign on it.
const COLUMN_KINDS = {
  copy: { words: "copied", dash: null, sign: "" },
  rename: { words: "copied under another name", dash: null, sign: "=" },
  transform: { words: "in an expression", dash: null, sign: "ƒ" },
  aggregate: { words: "aggregated", dash: null, sign: "Σ" },
  filter: { words: "filters rows", dash: "6 3", sign: "F" },
  join: { words: "joins rows", dash: "6 3", sign: "J" },
  group: { words: "groups rows", dash: "2 3", sign: "G" },
  order: { words: "orders rows", dash: "2 3", sign: "O" },
};

const COLUMN_SHOWS = [["direct", "Direct"], ["path", "Whole path"], ["impact", "Impact of a change"]];

// mountColumns shows the lineage of a column: options are {node, column, show = "direct", tall}; show is direct (a step each way), path (all that
// its values come from and go to) or impact (all that a change reaches). Without a column it asks for one. It returns {destroy()}.
export async function mountColumns(host, store, options) {
  const view = new ColumnsView(host, store, options);
  await view.open();
  return { destroy: () => view.destroy() };
}

class ColumnsView {
  constructor(host, store, options) {
    Object.assign(this, { store, node: options.node, column: options.column || "", showing: options.show || "direct" });
    this.keep = () => options.keep && options.keep({ column: this.column, show: this.showing });
    this.frame = lineageFrame(host, {
      label: "Lineage of a column", tall: options.tall,
      actions: {
        zoom: (f) => this.view.zoom(f), fit: () => this.view.fit(),
        svg: () => saveSvg(this.frame.root, this.scene, "lineage-" + this.name + "-" + this.column),
        mermaid: () => saveMermaid(this.scene, "lineage-" + this.name + "-" + this.column),
      },
    });
    this.list = el("div", { class: "lin-impact" });
    this.frame.root.append(this.list);
    this.view = new SvgView(this.frame.stage, {});
  }

  async open() {
    const page = await this.store.node(this.node);
    this.name = page ? page.name : this.node;
    this.columns = page && page.columns ? page.columns.map((c) => c.name) : [];
    const exact = this.columns.find((c) => c.toLowerCase() === this.column.toLowerCase());
    this.column = exact || this.column || this.columns[0] || "";
    if (this.column && !this.columns.includes(this.column)) this.columns.unshift(this.column); // lineage may know more than the page
    await this.show();
  }

  controls() {
    this.frame.lead.replaceChildren(
      this.columns.length > 0 && el("label", { class: "lin-choice" }, el("span", { class: "lin-of" }, this.name), " ",
        el("select", { "aria-label": "Column of " + this.name, on: { change: (e) => { this.column = e.target.value; this.show(); this.keep(); } } },
          this.columns.map((c) => el("option", { value: c, selected: c === this.column }, c)))),
      el("div", { class: "lin-group", role: "group", "aria-label": "What is shown" },
        COLUMN_SHOWS.map(([value, text]) => lineageButton(text, text, () => { this.showing = value; this.show(); this.keep(); }, value === this.showing))));
  }

  async show() {
    const turn = (this.turn = {});
    this.controls();
    const walk = new ColumnWalk(this.store, this.node, this.column);
    const steps = this.showing === "direct" ? 1 : Infinity;
    if (this.showing !== "impact") await walk.go(true, steps, this.showing === "direct");
    await walk.go(false, steps, this.showing !== "path");
    if (turn !== this.turn) return; // something else was asked for meanwhile
    const edges = walk.found();
    this.scene = columnScene(this, walk, edges);
    this.view.show(this.scene, this.node);
    this.frame.legend(columnLegend(edges));
    this.frame.note(columnNote(this, walk, edges));
    await this.tellImpact(walk, edges, turn);
    this.frame.say(this.scene.label);
  }

  // tellImpact lists what a change reaches, as text.
  async tellImpact(walk, edges, turn) {
    this.list.hidden = this.showing !== "impact" || edges.length === 0;
    if (this.list.hidden) return;
    const graph = await loadGraph(this.store);
    if (turn !== this.turn) return;
    const values = edges.filter((e) => derives(e.kinds[0])), rows = edges.filter((e) => e.kinds.some((k) => !derives(k)));
    clear(this.list).append(
      impactList("Values change", values, (e) => [e.to.column, e.kinds[0]], walk),
      impactList("Rows or their order may change", rows, (e) => [(e.to.column ? e.to.column + " " : "") + "by " + e.from.column, e.kinds.filter((k) => !derives(k)).join(", ")], walk),
      el("p", { class: "lin-note" }, furtherOn(graph, walk, rows)));
  }

  destroy() {
    this.turn = null;
    this.view.destroy();
    this.frame.root.remove();
  }
}

// furtherOn tells how many nodes read those whose rows may change, without being told of above.
function furtherOn(graph, walk, rows) {
  const beyond = new Set();
  for (const e of rows) {
    if (!graph.byId.has(e.to.node)) continue;
    for (const i of graph.reach(graph.byId.get(e.to.node), Infinity, false).keys()) if (!walk.visited.has(graph.ids[i])) beyond.add(i);
  }
  return beyond.size ? counted(beyond.size, "more node") + (beyond.size === 1 ? " reads" : " read") + " rows of those." : "";
}

function impactList(title, edges, say, walk) {
  const byNode = new Map();
  for (const e of edges) {
    if (!byNode.has(e.to.node)) byNode.set(e.to.node, new Map());
    const [what, how] = say(e);
    byNode.get(e.to.node).set(what + how, [what, how]);
  }
  return el("section", {}, el("h2", {}, title, el("span", { class: "lin-count" }, counted(byNode.size, "node"))),
    byNode.size === 0 ? el("p", {}, "Nothing.") : el("ul", {}, [...byNode].map(([id, whats]) => el("li", {},
      el("a", { href: lineageNode(id) }, walk.names.has(id) ? walk.names.get(id)[0] : id), " ",
      [...whats.values()].map(([what, how]) => el("span", { class: "lin-what" }, what, el("em", {}, how)))))));
}

function columnNote(view, walk, edges) {
  if (edges.length === 0) {
    return view.showing === "impact" ? "Nothing reads this column." : "Nothing is known of where this column comes from, and nothing reads it.";
  }
  return walk.cut ? "Shown are the first " + WALK_LIMIT + " nodes; there are more." : "";
}

function columnLegend(edges) {
  const used = new Set(edges.flatMap((e) => e.kinds));
  return Object.entries(COLUMN_KINDS).filter(([kind]) => used.has(kind)).map(([kind, k]) => ({
    label: k.words,
    swatch: svg("svg", { class: "lin-sample", width: 34, height: 16, viewBox: "0 0 34 16", "aria-hidden": "true" },
      svg("g", { class: "lin-kind lin-kind-" + kind }, svg("path", { class: "lin-edge", d: "M0 8H34", "stroke-dasharray": k.dash }), columnSigns([kind], 17, 8))),
  }));
}

// columnScene makes boxes of the nodes, with a row for each column that an edge touches.
function columnScene(view, walk, edges) {
  const boxes = new Map();
  const boxOf = (id) => {
    if (!boxes.has(id)) {
      const [name, type] = id === view.node ? [view.name, typeOf(id)] : walk.names.get(id) || [id, typeOf(id)];
      boxes.set(id, { key: id, name, words: typeWord(type, 1), colour: "none", order: boxes.size, rows: [], main: id === view.node, href: lineageNode(id) });
    }
    return boxes.get(id);
  };
  const rowOf = (end) => {
    const box = boxOf(end.node);
    if (end.column === "") return -1;
    const at = box.rows.findIndex((r) => r.name.toLowerCase() === end.column.toLowerCase());
    return at >= 0 ? at : box.rows.push({ name: end.column, main: box.main && end.column.toLowerCase() === view.column.toLowerCase() }) - 1;
  };
  if (view.column) rowOf({ node: view.node, column: view.column });
  const drawn = edges.map((e) => ({
    fromBox: boxOf(e.from.node), toBox: boxOf(e.to.node), fromRow: rowOf(e.from), toRow: rowOf(e.to),
    kinds: e.kinds, kind: e.kinds[0], dash: COLUMN_KINDS[e.kinds[0]].dash, line: e.from.column, ends: e,
  }));
  const nodes = [...boxes.values()];
  for (const e of drawn) {
    e.from = nodes.indexOf(e.fromBox);
    e.to = nodes.indexOf(e.toBox);
  }
  const width = boxWidth(nodes.flatMap((n) => [n.name, ...n.rows.map((r) => r.name)]));
  for (const n of nodes) n.w = width;
  for (const n of nodes) n.h = COLUMNS_HEAD + COLUMNS_ROW * n.rows.length + (n.rows.length ? 6 : 0);
  const size = arrange(nodes, drawn, { layerGap: 110, nodeGap: 22 });
  for (const n of nodes) columnRows(n);
  for (const e of drawn) {
    e.fromY = columnPort(e.fromBox, e.fromRow);
    e.toY = columnPort(e.toBox, e.toRow);
  }
  placeSigns(nodes, drawn);
  for (const n of nodes) n.label = n.name + ", " + n.words + ", " + counted(n.rows.length, "column");
  const label = "Lineage of " + view.name + "." + view.column + ": " + counted(nodes.length, "node") + ", " + counted(drawn.length, "edge");
  return { ...size, nodes, edges: drawn, label, drawEdge: drawColumnEdge, drawNode: (n, in_) => drawColumnBox(n, in_, drawn) };
}

// placeSigns finds a place on each edge for its signs that no other edge's have taken.
function placeSigns(nodes, edges) {
  const taken = [];
  for (const e of edges) {
    const way = wayOf(nodes, e), half = 7.5 * e.kinds.length;
    const places = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78].map((t) => alongWay(way, t));
    const free = places.find(([x, y]) => !taken.some((o) => Math.abs(o.x - x) < half + o.half + 2 && Math.abs(o.y - y) < 17));
    e.sign = free || places[0];
    e.signs = signPlaces(e.kinds, ...e.sign);
    if (COLUMN_KINDS[e.kind].sign) taken.push({ x: e.sign[0], y: e.sign[1], half });
  }
}

function columnRows(n) {
  n.rows.forEach((r, k) => { r.y = n.y + COLUMNS_HEAD + k * COLUMNS_ROW; });
}

function columnPort(box, row) { return row < 0 ? box.y + COLUMNS_HEAD / 2 : box.rows[row].y + COLUMNS_ROW / 2; }

function drawColumnEdge(scene, e) {
  return svg("g", { class: "lin-kind lin-kind-" + e.kind },
    svg("path", { class: "lin-edge", d: curve(wayOf(scene.nodes, e)), "stroke-dasharray": e.dash }),
    svg("title", {}, e.ends.from.column + ": " + e.kinds.map((k) => COLUMN_KINDS[k].words).join(", ")),
    columnSigns(e.kinds, ...e.sign));
}

// columnSigns are the signs of some kinds beside each other, about a point.
function columnSigns(kinds, x, y) {
  return signPlaces(kinds, x, y).map(([sign, at]) => svg("g", { class: "lin-sign" },
    svg("circle", { cx: at, cy: y, r: 7.5 }), svg("text", { x: at, y: y + 3.5 }, sign)));
}

function signPlaces(kinds, x, y) {
  const signs = kinds.map((k) => COLUMN_KINDS[k].sign).filter((s) => s !== "");
  return signs.map((sign, i) => [sign, x + (i - (signs.length - 1) / 2) * 15, y]);
}

function drawColumnBox(n, view, edges) {
  const box = svg("g", {},
    svg("rect", { class: "lin-box" + (n.main ? " lin-box-main" : ""), x: n.x, y: n.y, width: n.w, height: n.h, rx: 5 }),
    view.link(n,
      svg("rect", { class: "lin-head", x: n.x + 1, y: n.y + 1, width: n.w - 2, height: COLUMNS_HEAD - 2, rx: 4 }),
      svg("text", { class: "lin-name", x: n.x + 12, y: n.y + 17 }, fitText(n.name, n.w - 24, "500 12.5px " + view.font)),
      svg("text", { class: "lin-words", x: n.x + 12, y: n.y + 31 }, n.words)));
  n.rows.forEach((r, k) => box.append(drawColumnRow(n, r, k, view, edges)));
  return box;
}

function drawColumnRow(n, r, k, view, edges) {
  const mine = edges.filter((e) => e.toBox === n && e.toRow === k);
  const from = mine.map((e) => COLUMN_KINDS[e.kind].words + " from " + e.fromBox.name + "." + e.ends.from.column);
  const said = n.name + "." + r.name + (from.length ? ": " + from.join("; ") : "");
  const row = svg("a", { class: "lin-row" + (r.main ? " lin-main" : ""), href: lineageHref({ node: n.key, column: r.name }),
    "aria-current": r.main ? "true" : null, tabindex: 0 }, svg("title", {}, said),
    svg("rect", { x: n.x + 3, y: r.y + 1, width: n.w - 6, height: COLUMNS_ROW - 2, rx: 3 }),
    svg("text", { x: n.x + 12, y: r.y + 15 }, fitText(r.name, n.w - 24, "12px " + view.font)));
  const light = (on) => () => {
    const lit = on ? columnPath(edges, n, k) : new Set();
    edges.forEach((e, i) => view.lines[i].classList.toggle("lin-on", lit.has(e)));
  };
  for (const [event, on] of [["pointerenter", true], ["focus", true], ["pointerleave", false], ["blur", false]]) row.addEventListener(event, light(on));
  row.addEventListener("focus", () => view.reveal({ x: n.x, y: r.y, w: n.w, h: COLUMNS_ROW }));
  row.addEventListener("click", (e) => { if (view.dragged) e.preventDefault(); });
  return row;
}

// columnPath are the edges that lead to a row, and those that lead on from it.
function columnPath(edges, box, row) {
  const out = new Set();
  for (const [near, nearRow, far, farRow] of [["toBox", "toRow", "fromBox", "fromRow"], ["fromBox", "fromRow", "toBox", "toRow"]]) {
    const queue = [[box, row]], seen = new Set();
    while (queue.length) {
      const [b, r] = queue.pop(), key = walkKey(b.key, String(r));
      if (seen.has(key)) continue;
      seen.add(key);
      for (const e of edges) {
        if (e[near] !== b || e[nearRow] !== r) continue;
        out.add(e);
        if (derives(e.kind)) queue.push([e[far], e[farRow]]);
      }
    }
  }
  return out;
}
