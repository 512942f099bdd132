// A drawing of some hundred nodes as SVG, in a box that scrolls: it can be read, searched and printed like text.

import {clear, el, svg} from "../dom.js";
import {curve, fitText, wayOf} from "./parts.js";

const SVGVIEW_PAD = 28;

// SvgView shows scenes: {width, height, label, nodes, edges}. A node is {key, x, y, w, h, name, words, mark, colour, href, label}, and
// may have more: {up, down}, the numbers of its neighbours that are not shown. on: {grow(node, up), open(node)}.
export class SvgView {
  constructor(stage, on) {
    this.on = on;
    this.scale = 1;
    this.drawing = svg("svg", { class: "lin-svg", role: "group" });
    this.scroller = el("div", { class: "lin-scroll" }, this.drawing);
    clear(stage).append(this.scroller);
    this.font = getComputedStyle(document.body).fontFamily;
    // A page is made before it is shown: what needs the size of the box waits for it.
    this.waiting = [];
    this.observer = new ResizeObserver(() => {
      if (this.scroller.clientWidth) for (const act of this.waiting.splice(0)) act();
    });
    this.observer.observe(this.scroller);
    this.drag();
    this.scroller.addEventListener("wheel", (e) => {
      if (!e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      const box = this.scroller.getBoundingClientRect();
      this.zoom(Math.exp(-e.deltaY / 300), e.clientX - box.left, e.clientY - box.top);
    }, { passive: false });
  }

  // show draws a scene. The node with the key stays where it is on the screen, or comes to the middle if it was not there.
  show(scene, key) {
    const before = this.scene && this.scene.nodes.find((n) => n.key === key);
    const held = before && { x: before.x * this.scale - this.scroller.scrollLeft, y: before.y * this.scale - this.scroller.scrollTop };
    const focused = document.activeElement && this.drawing.contains(document.activeElement) ? this.current : null;
    this.scene = scene;
    this.current = scene.nodes.some((n) => n.key === this.current) ? this.current : key || (scene.nodes[0] && scene.nodes[0].key);
    this.draw();
    const now = scene.nodes.find((n) => n.key === key);
    if (now && held) {
      this.scroller.scrollLeft = now.x * this.scale - held.x;
      this.scroller.scrollTop = now.y * this.scale - held.y;
    } else if (now) {
      this.sized(() => {
        this.zoom(Math.min(1, Math.max(0.85, this.scroller.clientWidth / (scene.width + 2 * SVGVIEW_PAD))) / this.scale);
        this.center(now);
      });
    }
    if (focused) this.focus(this.current);
  }

  draw() {
    const s = this.scene;
    this.elements = new Map();
    this.drawing.setAttribute("aria-label", s.label);
    const edges = svg("g", { class: "lin-edges", "aria-hidden": "true" });
    this.lines = s.edges.map((e) => {
      const line = (s.drawEdge || drawPlainEdge)(s, e);
      edges.append(line);
      return line;
    });
    const nodes = svg("g", {});
    for (const n of s.nodes) {
      nodes.append(s.drawNode ? s.drawNode(n, this) : this.box(n), ...this.handles(n));
    }
    clear(this.drawing).append(edges, nodes);
    this.resize();
  }

  resize() {
    const s = this.scene;
    const w = s.width + 2 * SVGVIEW_PAD, h = s.height + 2 * SVGVIEW_PAD;
    this.drawing.setAttribute("viewBox", [-SVGVIEW_PAD, -SVGVIEW_PAD, w, h].join(" "));
    this.drawing.setAttribute("width", Math.ceil(w * this.scale));
    this.drawing.setAttribute("height", Math.ceil(h * this.scale));
  }

  box(n) {
    const width = n.w - 24 - (n.mark ? 14 : 0);
    return this.link(n, 
      svg("rect", { class: "lin-box", x: n.x, y: n.y, width: n.w, height: n.h, rx: 5 }),
      svg("rect", { class: "lin-stripe lin-fill-" + n.colour, x: n.x + 1, y: n.y + 1, width: 4, height: n.h - 2, rx: 2 }),
      svg("text", { class: "lin-name", x: n.x + 13, y: n.y + n.h / 2 - 2 }, fitText(n.name, width, "500 12.5px " + this.font)),
      svg("text", { class: "lin-words", x: n.x + 13, y: n.y + n.h / 2 + 12 }, fitText(n.words, width, "10.5px " + this.font)),
      n.mark && svg("text", { class: "lin-mark lin-fill-" + n.colour, x: n.x + n.w - 10, y: n.y + n.h / 2 + 4 }, n.mark));
  }

  // link is what a node is to the keyboard and to a screen reader. One node of a drawing is in the order of the tab key.
  link(n, ...drawn) {
    const a = svg("a", { class: "lin-node" + (n.main ? " lin-main" : ""), href: n.href, role: n.href ? null : "img",
      "aria-current": n.main ? "true" : null, tabindex: n.key === this.current ? 0 : -1, "data-key": n.key }, svg("title", {}, n.label), drawn);
    this.elements.set(n.key, a);
    a.addEventListener("keydown", (e) => this.key(e, n));
    a.addEventListener("focus", () => this.enter(n));
    a.addEventListener("pointerenter", () => this.light(n));
    a.addEventListener("pointerleave", () => this.light(null));
    a.addEventListener("click", (e) => {
      if (this.dragged) e.preventDefault();
      else if (this.on.open && !e.ctrlKey && !e.metaKey && this.on.open(n)) e.preventDefault();
    });
    return a;
  }

  handles(n) {
    if (!n.more) return [];
    return [["up", n.x, n.more.up], ["down", n.x + n.w, n.more.down]].filter(([, , hidden]) => hidden > 0).map(([side, edge, hidden]) => {
      const text = "+" + (hidden > 999 ? "999" : hidden), w = 12 + 6.5 * text.length;
      const x = edge + (w / 2 - 4) * (side === "up" ? -1 : 1);
      const said = "Show " + hidden + " more " + (side === "up" ? "that " + n.name + " reads" : "that read " + n.name);
      const grow = () => this.on.grow(n, side === "up");
      const handle = svg("g", { class: "lin-more", role: "button", tabindex: -1, "data-more": side },
        svg("title", {}, said),
        svg("rect", { x: x - w / 2, y: n.y + n.h / 2 - 9, width: w, height: 18, rx: 9 }),
        svg("text", { x, y: n.y + n.h / 2 + 4 }, text));
      handle.addEventListener("click", grow);
      handle.addEventListener("keydown", (e) => {
        if (e.key === "Enter" || e.key === " ") {
          e.preventDefault();
          this.focus(n.key);
          grow();
        } else if (e.key.startsWith("Arrow") || e.key === "Escape") {
          e.preventDefault();
          this.focus(n.key);
        }
      });
      n["handle" + side] = handle;
      return handle;
    });
  }

  // key moves along the edges with left and right, within a layer with up and down, and shows more with Shift.
  key(e, n) {
    const up = e.key === "ArrowLeft", down = e.key === "ArrowRight";
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    if ((up || down) && e.shiftKey && n.more && this.on.grow) {
      this.on.grow(n, up);
    } else if (up || down) {
      const next = this.along(n, up);
      if (next) this.focus(next.key);
      else if (n["handle" + (up ? "up" : "down")]) n["handle" + (up ? "up" : "down")].focus();
    } else if (e.key === "ArrowUp" || e.key === "ArrowDown") {
      const next = this.beside(n, e.key === "ArrowUp" ? -1 : 1);
      if (next) this.focus(next.key);
    } else if (e.key === "+" || e.key === "-") {
      this.zoom(e.key === "+" ? 1.2 : 1 / 1.2);
    } else {
      return;
    }
    e.preventDefault();
  }

  // along is the neighbour on a side that is nearest in height.
  along(n, up) {
    const at = this.scene.nodes.indexOf(n);
    const ends = this.scene.edges.filter((e) => (up ? e.to : e.from) === at).map((e) => this.scene.nodes[up ? e.from : e.to]);
    return ends.sort((a, b) => Math.abs(a.y - n.y) - Math.abs(b.y - n.y))[0];
  }

  beside(n, step) {
    const row = this.scene.nodes.filter((o) => Math.abs(o.x + o.w / 2 - n.x - n.w / 2) < n.w / 2).sort((a, b) => a.y - b.y);
    return row[row.indexOf(n) + step];
  }

  focus(key) {
    const el = this.elements.get(key);
    if (el) el.focus({ preventScroll: true });
  }

  enter(n) {
    const before = this.elements.get(this.current);
    if (before) before.setAttribute("tabindex", -1);
    this.current = n.key;
    this.elements.get(n.key).setAttribute("tabindex", 0);
    this.reveal(n);
    this.light(n);
  }

  // light shows the edges of a node.
  light(n) {
    const at = n ? this.scene.nodes.indexOf(n) : -1;
    this.scene.edges.forEach((e, k) => this.lines[k].classList.toggle("lin-on", at >= 0 && (e.from === at || e.to === at)));
  }

  // mark shows some nodes and the edges between them, and lets the others step back; null shows all alike.
  mark(lit) {
    this.scene.nodes.forEach((n, i) => this.elements.get(n.key).classList.toggle("lin-dim", !!lit && !lit.has(i)));
    this.scene.edges.forEach((e, k) => {
      const within = !!lit && lit.has(e.from) && lit.has(e.to);
      this.lines[k].classList.toggle("lin-lit", within);
      this.lines[k].classList.toggle("lin-dim", !!lit && !within);
    });
  }

  select(key) { this.sized(() => this.focus(key)); }

  reveal(n) {
    const box = this.scroller, pad = SVGVIEW_PAD;
    const left = n.x * this.scale, top = n.y * this.scale, right = (n.x + n.w + 2 * pad) * this.scale, bottom = (n.y + n.h + 2 * pad) * this.scale;
    if (left < box.scrollLeft) box.scrollLeft = left;
    else if (right > box.scrollLeft + box.clientWidth) box.scrollLeft = right - box.clientWidth;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (bottom > box.scrollTop + box.clientHeight) box.scrollTop = bottom - box.clientHeight;
  }

  center(n) {
    this.scroller.scrollLeft = (n.x + n.w / 2 + SVGVIEW_PAD) * this.scale - this.scroller.clientWidth / 2;
    this.scroller.scrollTop = (n.y + n.h / 2 + SVGVIEW_PAD) * this.scale - this.scroller.clientHeight / 2;
  }

  // zoom keeps the point at (x, y) of the box, or its middle, in its place.
  zoom(factor, x = this.scroller.clientWidth / 2, y = this.scroller.clientHeight / 2) {
    const before = this.scale;
    this.scale = Math.min(2.5, Math.max(0.15, before * factor));
    const left = (this.scroller.scrollLeft + x) * (this.scale / before) - x, top = (this.scroller.scrollTop + y) * (this.scale / before) - y;
    this.resize();
    this.scroller.scrollLeft = left;
    this.scroller.scrollTop = top;
  }

  sized(act) {
    if (this.scroller.clientWidth) act();
    else this.waiting.push(act);
  }

  // fit shows all of the scene, or, if it were smaller than least then, its beginning.
  fit(least = 0.15) { this.sized(() => this.fitNow(least)); }

  fitNow(least) {
    const s = this.scene;
    const most = Math.max(this.scroller.clientHeight, parseFloat(getComputedStyle(this.scroller).maxHeight) || 0);
    const wide = this.scroller.clientWidth / (s.width + 2 * SVGVIEW_PAD), high = most / (s.height + 2 * SVGVIEW_PAD);
    this.scale = Math.min(1, Math.max(least, Math.min(wide, high)));
    this.resize();
  }

  // drag scrolls with the mouse; fingers scroll by themselves.
  drag() {
    const box = this.scroller;
    let from = null;
    box.addEventListener("pointerdown", (e) => {
      this.dragged = false;
      if (e.pointerType !== "mouse" || e.button !== 0) return;
      from = { x: e.clientX, y: e.clientY, left: box.scrollLeft, top: box.scrollTop };
    });
    box.addEventListener("pointermove", (e) => {
      if (!from) return;
      if (!this.dragged && Math.hypot(e.clientX - from.x, e.clientY - from.y) < 5) return;
      if (!this.dragged) box.setPointerCapture(e.pointerId);
      this.dragged = true;
      box.scrollLeft = from.left - (e.clientX - from.x);
      box.scrollTop = from.top - (e.clientY - from.y);
    });
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => { from = null; });
    box.addEventListener("dragstart", (e) => e.preventDefault());
  }

  destroy() {
    this.observer.disconnect();
    this.scroller.remove();
  }
}

function drawPlainEdge(scene, e) {
  return svg("path", { class: "lin-edge", d: curve(wayOf(scene.nodes, e)) });
}
