// The map of the whole project, as it was laid out when the site was made.

import {el} from "../dom.js";
import {counted} from "../format.js";
import {CanvasView} from "./canvasview.js";
import {colouring} from "./colour.js";
import {LINEAGE_SVG_LIMIT, loadGraph, nodeWords} from "./focus.js";
import {lineageButton, lineageFrame} from "./frame.js";
import {lineageHref, lineageNode} from "./parts.js";
import {saveMermaid, saveSvg} from "./save.js";
import {SvgView} from "./svgview.js";

// mountMap shows the whole project: options are {colour = "kind", select}, a node's ID, and keep(chosen), which is
// told what is chosen. It returns {destroy()}.
export async function mountMap(host, store, options = {}) {
  const graph = await loadGraph(store);
  const view = new MapView(host, store, graph, options);
  return { destroy: () => view.destroy() };
}

class MapView {
  constructor(host, store, graph, options) {
    this.graph = graph;
    this.mode = options.colour || "kind";
    this.keep = () => options.keep && options.keep({ colour: this.mode === "kind" ? "" : this.mode, select: this.chosen >= 0 ? graph.ids[this.chosen] : "" });
    this.frame = lineageFrame(host, {
      label: "Map of the project", colour: this.mode, tall: true,
      actions: {
        zoom: (f) => this.view.zoom(f), fit: () => this.view.fit(),
        svg: () => saveSvg(this.frame.root, this.scene, "lineage"), mermaid: () => saveMermaid(this.scene, "lineage"),
        colour: (mode) => { this.mode = mode; this.show(); this.keep(); },
      },
    });
    this.frame.lead.append(this.finder());
    this.card = el("aside", { class: "lin-card", hidden: true, "aria-label": "The chosen node" });
    const on = {
      free: true, say: (text) => this.frame.say(text),
      select: (n) => this.select(n ? n.i : -1),
      open: (n) => { this.select(n.i); return true; },
    };
    this.view = graph.count > LINEAGE_SVG_LIMIT ? new CanvasView(this.frame.stage, on) : new SvgView(this.frame.stage, on);
    this.frame.stage.append(this.card);
    this.frame.root.addEventListener("keydown", (e) => { if (e.key === "Escape") this.select(-1); });
    this.show();
    this.view.fit(0.6);
    if (!graph.ways && graph.count > LINEAGE_SVG_LIMIT) this.bendLater(store);
    if (options.select && graph.byId.has(options.select)) this.goTo(graph.byId.get(options.select));
  }

  // bendLater draws the edges round the boxes when it is known where they bend.
  async bendLater(store) {
    const piece = await store.load("ways");
    if (!this.graph.ways) this.graph.bend(piece);
    if (this.frame.root.isConnected) this.show();
  }

  show() {
    const g = this.graph, colours = colouring(g, this.mode);
    const nodes = [];
    for (let i = 0; i < g.count; i++) {
      nodes.push({ i, key: g.ids[i], x: g.x[i] - g.boxWidth / 2, y: g.y[i] - g.boxHeight / 2, w: g.boxWidth, h: g.boxHeight, href: lineageNode(g.ids[i]),
        ...nodeWords(g, i, colours, this.mode) });
    }
    const edges = [];
    for (let e = 0; e < g.edges.length; e += 2) {
      const from = g.edges[e], to = g.edges[e + 1];
      edges.push({ from, to, bends: g.ways ? g.ways[e / 2] : null, back: g.x[from] >= g.x[to] });
    }
    this.scene = { width: g.width, height: g.height, nodes, edges, label: "Map of the project: " + counted(g.count, "node") };
    this.frame.legend(colours.legend);
    this.view.show(this.scene);
    if (this.chosen >= 0) this.light(this.chosen);
  }

  // finder is a field that finds nodes by their names, with a list of those that it found.
  finder() {
    const list = el("ul", { class: "lin-found", hidden: true, id: "lin-found" });
    const field = el("input", { type: "search", class: "lin-find", placeholder: "Find a node", "aria-label": "Find a node on the map", autocomplete: "off", spellcheck: "false" });
    const close = () => { list.hidden = true; };
    field.addEventListener("input", () => {
      const found = this.graph.find(field.value, 8);
      list.replaceChildren(...found.map((i) => el("li", {}, el("button", { type: "button", on: { click: () => { close(); this.goTo(i); } } },
        this.graph.names[i], el("span", {}, this.graph.value("kind", i))))));
      list.hidden = found.length === 0;
      if (field.value) this.frame.say(counted(found.length, "match", "matches"));
    });
    field.addEventListener("keydown", (e) => {
      const first = list.querySelector("button");
      if (e.key === "Enter" && first && !list.hidden) first.click();
      else if (e.key === "ArrowDown" && first) first.focus();
      else if (e.key === "Escape") close();
      else return;
      e.preventDefault();
      e.stopPropagation();
    });
    list.addEventListener("keydown", (e) => {
      const at = [...list.querySelectorAll("button")], next = at[at.indexOf(document.activeElement) + (e.key === "ArrowDown" ? 1 : -1)];
      if (e.key === "Escape") close();
      else if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
      (e.key !== "Escape" && next ? next : field).focus();
      e.preventDefault();
      e.stopPropagation();
    });
    return el("div", { class: "lin-finder" }, field, list);
  }

  goTo(i) {
    this.select(i);
    this.view.select(this.graph.ids[i], true);
  }

  select(i) {
    if (i === this.chosen) return;
    this.chosen = i;
    this.card.hidden = i < 0;
    this.keep();
    if (i < 0) {
      this.view.mark(null);
      return;
    }
    this.light(i);
    this.fillCard(i);
  }

  // light shows what a node is made of, and what is made of it.
  light(i) {
    const g = this.graph;
    this.above = g.reach(i, Infinity, true);
    this.below = g.reach(i, Infinity, false);
    this.view.mark(new Set([...this.above.keys(), ...this.below.keys()]));
  }

  fillCard(i) {
    const g = this.graph, id = g.ids[i], page = lineageNode(id);
    const facts = [["Type", g.value("kind", i)], ["Layer", g.value("area", i)], ["Owner", g.value("owner", i)],
      ["State", colouring(g, "state").words(i)], ["Duration", colouring(g, "seconds").words(i)],
      ["Upstream", counted(this.above.size - 1, "node")], ["Downstream", counted(this.below.size - 1, "node")]];
    this.card.replaceChildren(
      el("div", { class: "lin-card-head" }, el("strong", {}, g.names[i]), lineageButton("✕", "Close", () => this.select(-1))),
      el("dl", {}, facts.filter(([, v]) => v).map(([k, v]) => el("div", {}, el("dt", {}, k), el("dd", {}, v)))),
      page && el("p", { class: "lin-links" }, el("a", { href: page }, "Open its page"), el("a", { href: lineageHref({ node: id }) }, "Only its neighbours")));
  }

  destroy() {
    this.view.destroy();
    this.frame.root.remove();
  }
}
