// The neighbourhood of a node: what it reads and what reads it, and further by clicks.

import {el} from "../dom.js";
import {typeWord} from "../route.js";
import {counted} from "../format.js";
import {ProjectGraph} from "./graph.js";
import {arrange} from "./arrange.js";
import {colouring} from "./colour.js";
import {CanvasView} from "./canvasview.js";
import {SvgView} from "./svgview.js";
import {lineageButton, lineageFrame, stepper} from "./frame.js";
import {boxWidth, lineageNode} from "./parts.js";
import {saveMermaid, saveSvg} from "./save.js";

const FOCUS_HEIGHT = 40;

// LINEAGE_SVG_LIMIT is how many nodes are drawn as SVG; more go onto a canvas.
export const LINEAGE_SVG_LIMIT = 300;

let projectGraph = null;

// loadGraph is the graph of the project, which is read once.
export async function loadGraph(store) {
  if (!projectGraph || projectGraph.store !== store) {
    projectGraph = { store, graph: store.graph().then((piece) => new ProjectGraph(piece)) };
  }
  return projectGraph.graph;
}

// mountFocus shows the neighbourhood of a node: options are {node, up = 1, down = 1, colour = "kind", tall, keep}. It returns {destroy()}.
export async function mountFocus(host, store, options) {
  const graph = await loadGraph(store);
  const start = graph.byId.get(options.node);
  if (start === undefined) {
    host.replaceChildren(Object.assign(document.createElement("p"), { className: "lin-note", textContent: "Nothing is known of the lineage of this node." }));
    return { destroy() {} };
  }
  const view = new FocusView(host, graph, start, options);
  view.show();
  return { destroy: () => view.destroy() };
}

class FocusView {
  constructor(host, graph, start, options) {
    Object.assign(this, { graph, start, mode: options.colour || "kind" });
    this.up = options.up ?? 1;
    this.down = options.down ?? 1;
    this.keep = () => options.keep && options.keep({ up: this.up === Infinity ? 999 : this.up, down: this.down === Infinity ? 999 : this.down, colour: this.mode === "kind" ? "" : this.mode });
    this.frame = lineageFrame(host, {
      label: "Lineage of " + graph.names[start], colour: this.mode, tall: options.tall,
      actions: {
        zoom: (f) => this.view.zoom(f), fit: () => this.view.fit(),
        svg: () => saveSvg(this.frame.root, this.scene, "lineage-" + graph.names[start]),
        mermaid: () => saveMermaid(this.scene, "lineage-" + graph.names[start]),
        colour: (mode) => { this.mode = mode; this.show(); this.keep(); },
      },
    });
    this.reset();
  }

  go(up, down) {
    this.up = up;
    this.down = down;
    this.reset();
    this.show();
    this.keep();
  }

  // reset begins anew with the nodes that so many steps lead to.
  reset() {
    this.shown = new Set([...this.graph.reach(this.start, this.up, true).keys(), ...this.graph.reach(this.start, this.down, false).keys()]);
  }

  grow(i, up) {
    for (const n of up ? this.graph.up(i) : this.graph.down(i)) this.shown.add(n);
    this.show(this.graph.ids[i]);
  }

  show(held) {
    const g = this.graph;
    this.frame.lead.replaceChildren(
      stepper("upstream", this.up, (n) => this.go(n, this.down)),
      stepper("downstream", this.down, (n) => this.go(this.up, n)),
      lineageButton("All", "All that is up- and downstream", () => this.go(Infinity, Infinity)));
    const colours = colouring(g, this.mode);
    this.scene = focusScene(g, [...this.shown], this.start, colours, this.mode);
    this.frame.legend(colours.legend.filter((r) => this.scene.nodes.some((n) => n.colour === r.colour)).map((r) => ({ ...r, n: undefined })));
    this.open();
    this.view.show(this.scene, held || g.ids[this.start]);
    if (this.view instanceof CanvasView) this.offer(this.scene.nodes.find((n) => n.key === held));
    const before = this.frame.said;
    this.frame.said = counted(this.shown.size, "node") + " shown";
    if (before) this.frame.say(this.frame.said);
  }

  // open makes the view that suits the number of nodes.
  open() {
    const kind = this.shown.size > LINEAGE_SVG_LIMIT ? CanvasView : SvgView;
    if (this.view instanceof kind) return;
    if (this.view) this.view.destroy();
    this.view = new kind(this.frame.stage, {
      grow: (n, up) => this.grow(n.i, up),
      open: (n) => { if (kind === CanvasView && n.href) location.hash = n.href; },
      select: (n) => this.offer(n),
      say: (text) => this.frame.say(text),
    });
    this.offer(null);
  }

  // offer has below a canvas, which has no handles, what a chosen node can do.
  offer(n) {
    if (!n || !this.view) {
      this.frame.note();
      return;
    }
    const more = (up, hidden, text) => hidden > 0 && lineageButton("+" + hidden + " " + text, "+" + hidden + " " + text, () => this.grow(n.i, up));
    this.frame.note(...[el("strong", {}, n.name), more(true, n.more.up, "that it reads"), more(false, n.more.down, "that read it"),
      n.href && el("a", { href: n.href }, "Open its page")].filter(Boolean));
  }

  destroy() {
    if (this.view) this.view.destroy();
    this.frame.root.remove();
  }
}

// focusScene lays out some nodes of a graph, and the edges between them, in the order of the whole.
function focusScene(g, shown, start, colours, mode) {
  const place = new Map(shown.map((i, k) => [i, k]));
  const width = boxWidth(shown.slice(0, LINEAGE_SVG_LIMIT).map((i) => g.names[i]));
  const nodes = shown.map((i) => ({
    i, key: g.ids[i], w: width, h: FOCUS_HEIGHT, order: g.y[i], main: i === start, href: lineageNode(g.ids[i]),
    ...nodeWords(g, i, colours, mode),
  }));
  const edges = [];
  for (const i of shown) for (const to of g.down(i)) if (place.has(to)) edges.push({ from: place.get(i), to: place.get(to) });
  for (const n of nodes) {
    n.more = { up: hiddenOf(g.up(n.i), place), down: hiddenOf(g.down(n.i), place) };
  }
  const size = arrange(nodes, edges, { layerGap: 76 });
  return { ...size, nodes, edges, label: "Lineage of " + g.names[start] + ": " + counted(nodes.length, "node") };
}

function hiddenOf(neighbours, place) {
  let n = 0;
  for (const i of neighbours) if (!place.has(i)) n++;
  return n;
}

// nodeWords is what a box says of a node, and what a screen reader says of it.
export function nodeWords(g, i, colours, mode) {
  const kind = typeWord(g.value("kind", i), 1);
  const value = colours.words(i);
  const words = mode === "kind" || !value || value.startsWith(kind) ? kind : kind + " · " + value;
  return {
    name: g.names[i], words, colour: colours.colour(i), mark: colours.mark(i),
    label: g.names[i] + ", " + words + ", reads " + g.up(i).length + ", read by " + g.down(i).length,
  };
}

