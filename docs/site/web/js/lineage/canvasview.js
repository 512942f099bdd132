// A drawing of thousands of nodes on a canvas. What is far away is drawn with less detail, what is out of sight not at all, and edges, of which
// there are too many for one frame, are drawn onto a sheet in slices: while one moves, the sheet that is there moves along.

import {clear, el} from "../dom.js";
import {paints} from "./colour.js";
import {fitText, wayOf} from "./parts.js";
import {EdgeSheet, traceWay} from "./sheet.js";

const CANVAS_CELL = 1024; // nodes are found by squares of this size
const CANVAS_NAMES = 13; // from so many pixels of height on a node is a box with its name, below it is a dot

// CanvasView shows scenes like SvgView. on: {select(node or null), open(node), say(text)}; free says that the wheel zooms without Ctrl.
export class CanvasView {
  constructor(stage, on) {
    this.on = on;
    this.camera = { x: 0, y: 0, s: 1 };
    this.canvas = el("canvas", { class: "lin-canvas", tabindex: 0, role: "application", "aria-roledescription": "map of nodes" });
    this.tip = el("div", { class: "lin-tip", hidden: true, "aria-hidden": "true" });
    clear(stage).append(this.canvas, this.tip);
    this.pen = this.canvas.getContext("2d", { alpha: false });
    this.stage = stage;
    this.sheet = new EdgeSheet();
    this.lit = null;
    this.current = -1;
    this.hovered = -1;
    this.observer = new ResizeObserver(() => {
      if (this.sized && !this.canvas.isConnected) this.destroy();
      else this.resize();
    });
    this.observer.observe(this.canvas);
    this.theme = matchMedia("(prefers-color-scheme: dark)");
    this.recolour = () => { if (this.sized) this.start(); };
    this.theme.addEventListener("change", this.recolour);
    this.attributes = new MutationObserver(this.recolour);
    this.attributes.observe(document.documentElement, { attributes: true });
    this.listen();
    this.resize();
  }

  show(scene, key) {
    const first = !this.scene;
    this.scene = scene;
    this.canvas.setAttribute("aria-label", scene.label + ". Arrow keys walk along the edges, Enter opens, plus and minus zoom, F shows all.");
    this.place = new Map(scene.nodes.map((n, i) => [n.key, i]));
    this.colours = [...new Set(scene.nodes.map((n) => n.colour))];
    const number = new Map(this.colours.map((c, i) => [c, i]));
    this.colourOf = Uint8Array.from(scene.nodes, (n) => number.get(n.colour));
    this.index();
    this.sheet.show(scene);
    if (key !== undefined && this.place.has(key)) this.current = this.place.get(key);
    if (first) this.begin = () => this.placeFirst(key);
    if (this.sized) this.start();
  }

  // start comes after the scene is known and the canvas has its size, whichever is last: a page is made before it is shown.
  start() {
    this.readPaints();
    if (this.begin) this.begin();
    this.begin = null;
    this.refresh();
  }

  placeFirst(key) {
    if (key === undefined || !this.place.has(key)) {
      this.fit();
      return;
    }
    this.camera.s = 0.8;
    this.center(this.place.get(key));
  }

  // index sorts the nodes into squares, each into that of its upper left corner; nodes are smaller than squares.
  index() {
    this.cells = new Map();
    this.scene.nodes.forEach((n, i) => {
      const key = Math.floor(n.x / CANVAS_CELL) * 65536 + Math.floor(n.y / CANVAS_CELL);
      if (!this.cells.has(key)) this.cells.set(key, []);
      this.cells.get(key).push(i);
    });
    this.ends = null;
  }

  edgesOf(i) {
    if (!this.ends) {
      this.ends = this.scene.nodes.map(() => []);
      for (const e of this.scene.edges) {
        this.ends[e.from].push(e);
        this.ends[e.to].push(e);
      }
    }
    return this.ends[i];
  }

  readPaints() {
    const read = paints(this.stage);
    this.paint = {};
    for (const name of ["ground", "box", "border", "ink", "muted", "line", "line-on", "accent", ...(this.colours || [])]) this.paint[name] = read.read(name);
    this.font = read.font;
    read.done();
    this.sheet.paint = this.paint;
  }

  resize() {
    const w = this.canvas.clientWidth, h = this.canvas.clientHeight;
    if (!w || !h) return;
    const keep = this.sized && { x: this.camera.x + this.w / 2 / this.camera.s, y: this.camera.y + this.h / 2 / this.camera.s };
    this.ratio = Math.min(2, devicePixelRatio || 1);
    this.w = w;
    this.h = h;
    this.sized = true;
    this.canvas.width = Math.round(w * this.ratio);
    this.canvas.height = Math.round(h * this.ratio);
    if (keep) {
      this.camera.x = keep.x - w / 2 / this.camera.s;
      this.camera.y = keep.y - h / 2 / this.camera.s;
    }
    this.sheet.resize(w, h, this.ratio);
    if (this.scene) this.start();
  }

  // refresh draws anew, edges too.
  refresh() {
    this.sheet.stale = true;
    this.ask();
  }

  ask() {
    if (this.asked || !this.scene || !this.sized) return;
    this.asked = requestAnimationFrame((now) => {
      this.asked = 0;
      this.frame(now);
    });
  }

  frame(now) {
    const pen = this.pen, c = this.camera;
    pen.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    pen.fillStyle = this.paint.ground;
    pen.fillRect(0, 0, this.w, this.h);
    if (this.sheet.work(c, this.lit, now)) this.ask();
    this.sheet.draw(pen, c);
    this.drawNear();
    this.drawNodes(this.visible());
  }

  // visible are the places of the nodes that are in sight.
  visible() {
    const c = this.camera;
    const x0 = Math.floor(c.x / CANVAS_CELL) - 1, x1 = Math.floor((c.x + this.w / c.s) / CANVAS_CELL);
    const y0 = Math.floor(c.y / CANVAS_CELL) - 1, y1 = Math.floor((c.y + this.h / c.s) / CANVAS_CELL);
    const out = [];
    if ((x1 - x0 + 1) * (y1 - y0 + 1) > this.cells.size) {
      for (let i = 0; i < this.scene.nodes.length; i++) out.push(i);
      return out;
    }
    for (let cx = x0; cx <= x1; cx++) for (let cy = y0; cy <= y1; cy++) out.push(...(this.cells.get(cx * 65536 + cy) || []));
    return out;
  }

  // drawNear draws the edges of the node that one points at or is at.
  drawNear() {
    const pen = this.pen, c = this.camera;
    pen.strokeStyle = this.paint["line-on"];
    pen.lineWidth = 1.75;
    for (const i of new Set([this.hovered, this.current])) {
      if (i < 0) continue;
      pen.beginPath();
      for (const e of this.edgesOf(i)) traceWay(pen, wayOf(this.scene.nodes, e), c);
      pen.stroke();
    }
  }

  drawNodes(visible) {
    const nodes = this.scene.nodes, c = this.camera, pen = this.pen;
    const buckets = new Map();
    for (const i of visible) {
      const key = this.colourOf[i] * 2 + (this.lit && !this.lit.has(i) ? 1 : 0);
      const bucket = buckets.get(key);
      if (bucket) bucket.push(i);
      else buckets.set(key, [i]);
    }
    const height = visible.length ? nodes[visible[0]].h * c.s : 0;
    for (const [key, bucket] of [...buckets].sort((a, b) => (b[0] & 1) - (a[0] & 1))) {
      pen.globalAlpha = key & 1 ? 0.3 : 1;
      if (height < CANVAS_NAMES) this.drawDots(bucket, this.paint[this.colours[key >> 1]]);
      else this.drawBoxes(bucket, this.paint[this.colours[key >> 1]], height);
    }
    pen.globalAlpha = 1;
    for (const i of new Set([this.hovered, this.current])) if (i >= 0) this.drawRing(nodes[i]);
  }

  drawDots(bucket, colour) {
    const nodes = this.scene.nodes, c = this.camera, pen = this.pen;
    pen.fillStyle = colour;
    for (const i of bucket) {
      const n = nodes[i], h = Math.max(1.5, n.h * c.s);
      pen.fillRect((n.x - c.x) * c.s, (n.y - c.y) * c.s, Math.max(2, n.w * c.s), h);
    }
  }

  drawBoxes(bucket, colour, height) {
    const nodes = this.scene.nodes, c = this.camera, pen = this.pen;
    pen.beginPath();
    for (const i of bucket) {
      const n = nodes[i];
      pen.rect((n.x - c.x) * c.s, (n.y - c.y) * c.s, n.w * c.s, n.h * c.s);
    }
    pen.fillStyle = this.paint.box;
    pen.fill();
    pen.strokeStyle = this.paint.border;
    pen.lineWidth = 1;
    pen.stroke();
    pen.fillStyle = colour;
    const stripe = Math.max(2, 5 * c.s);
    for (const i of bucket) pen.fillRect((nodes[i].x - c.x) * c.s, (nodes[i].y - c.y) * c.s, stripe, nodes[i].h * c.s);
    this.drawTexts(bucket, height >= 24);
  }

  drawTexts(bucket, both) {
    const nodes = this.scene.nodes, c = this.camera, pen = this.pen;
    const size = both ? 12.5 : 14.5;
    pen.textBaseline = "middle";
    pen.fillStyle = this.paint.ink;
    pen.font = "500 " + size * c.s + "px " + this.font;
    for (const i of bucket) {
      const n = nodes[i];
      pen.fillText(fitText(n.name, n.w - 22, "500 " + size + "px " + this.font), (n.x + 12 - c.x) * c.s, (n.y + n.h * (both ? 0.34 : 0.52) - c.y) * c.s);
    }
    if (!both) return;
    pen.fillStyle = this.paint.muted;
    pen.font = 10.5 * c.s + "px " + this.font;
    for (const i of bucket) {
      const n = nodes[i];
      pen.fillText(fitText((n.mark ? n.mark + " " : "") + n.words, n.w - 22, "10.5px " + this.font), (n.x + 12 - c.x) * c.s, (n.y + n.h * 0.72 - c.y) * c.s);
    }
  }

  drawRing(n) {
    const c = this.camera, pen = this.pen, w = Math.max(6, n.w * c.s), h = Math.max(6, n.h * c.s);
    pen.strokeStyle = this.paint.accent;
    pen.lineWidth = 2;
    pen.strokeRect((n.x + n.w / 2 - c.x) * c.s - w / 2 - 2, (n.y + n.h / 2 - c.y) * c.s - h / 2 - 2, w + 4, h + 4);
  }

  // at is the place of the node at a point of the canvas, -1 if there is none. Dots are met from a little beside.
  at(px, py) {
    const c = this.camera, near = 5 / c.s;
    const x = px / c.s + c.x, y = py / c.s + c.y;
    let best = -1, least = Infinity;
    for (let cx = Math.floor((x - near) / CANVAS_CELL) - 1; cx <= Math.floor((x + near) / CANVAS_CELL); cx++) {
      for (let cy = Math.floor((y - near) / CANVAS_CELL) - 1; cy <= Math.floor((y + near) / CANVAS_CELL); cy++) {
        for (const i of this.cells.get(cx * 65536 + cy) || []) {
          const n = this.scene.nodes[i];
          const d = Math.max(n.x - x, x - n.x - n.w, n.y - y, y - n.y - n.h);
          if (d < near && d < least) {
            best = i;
            least = d;
          }
        }
      }
    }
    return best;
  }

  listen() {
    const canvas = this.canvas, touches = new Map();
    let moved = 0;
    canvas.addEventListener("wheel", (e) => {
      if (!this.on.free && !e.ctrlKey && !e.metaKey) return;
      e.preventDefault();
      const box = canvas.getBoundingClientRect();
      this.zoom(Math.exp(-e.deltaY * (e.ctrlKey ? 0.01 : 0.0016)), e.clientX - box.left, e.clientY - box.top);
    }, { passive: false });
    canvas.addEventListener("pointerdown", (e) => {
      canvas.setPointerCapture(e.pointerId);
      touches.set(e.pointerId, { x: e.offsetX, y: e.offsetY });
      if (touches.size === 1) moved = 0;
    });
    canvas.addEventListener("pointermove", (e) => {
      const from = touches.get(e.pointerId);
      if (!from) {
        this.hover(this.at(e.offsetX, e.offsetY), e.offsetX, e.offsetY);
        return;
      }
      const dx = e.offsetX - from.x, dy = e.offsetY - from.y;
      moved += Math.hypot(dx, dy);
      if (touches.size === 2) {
        const other = [...touches].find(([id]) => id !== e.pointerId)[1];
        const before = Math.hypot(from.x - other.x, from.y - other.y), now = Math.hypot(e.offsetX - other.x, e.offsetY - other.y);
        if (before > 0) this.zoom(now / before, other.x, other.y);
      } else {
        this.pan(-dx, -dy);
      }
      touches.set(e.pointerId, { x: e.offsetX, y: e.offsetY });
    });
    const end = (e) => {
      if (!touches.delete(e.pointerId) || touches.size || moved > 6 || e.type === "pointercancel") return;
      this.choose(this.at(e.offsetX, e.offsetY));
    };
    canvas.addEventListener("pointerup", end);
    canvas.addEventListener("pointercancel", end);
    canvas.addEventListener("pointerleave", () => this.hover(-1));
    canvas.addEventListener("dblclick", () => { if (this.current >= 0 && this.on.open) this.on.open(this.scene.nodes[this.current]); });
    canvas.addEventListener("keydown", (e) => this.key(e));
  }

  choose(i) {
    this.current = i;
    if (this.on.select) this.on.select(i < 0 ? null : this.scene.nodes[i]);
    this.ask();
  }

  hover(i, x, y) {
    this.canvas.classList.toggle("lin-over", i >= 0);
    this.tip.hidden = i < 0;
    if (i >= 0) {
      const n = this.scene.nodes[i];
      this.tip.replaceChildren(el("strong", {}, n.name), el("span", {}, n.words));
      const left = Math.min(x + 14, this.w - this.tip.offsetWidth - 6);
      this.tip.style.transform = "translate(" + left + "px," + (y + 18 + this.tip.offsetHeight > this.h ? y - this.tip.offsetHeight - 8 : y + 18) + "px)";
    }
    if (i === this.hovered) return;
    this.hovered = i;
    this.ask();
  }

  key(e) {
    if (e.altKey || e.ctrlKey || e.metaKey) return;
    const arrow = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (arrow && e.shiftKey) this.pan(arrow[0] * 80, arrow[1] * 80);
    else if (arrow) this.walk(arrow[0], arrow[1]);
    else if (e.key === "+" || e.key === "=") this.zoom(1.4);
    else if (e.key === "-") this.zoom(1 / 1.4);
    else if (e.key === "f" || e.key === "0") this.fit();
    else if (e.key === "Enter" && this.current >= 0) this.on.open(this.scene.nodes[this.current]);
    else if (e.key === "Escape") this.choose(-1);
    else return;
    e.preventDefault();
  }

  // walk goes along an edge, or to the next node of the layer; from nowhere to the node nearest to the middle.
  walk(dx, dy) {
    const nodes = this.scene.nodes;
    let candidates;
    const from = nodes[this.current];
    if (!from) {
      const x = this.camera.x + this.w / 2 / this.camera.s, y = this.camera.y + this.h / 2 / this.camera.s;
      candidates = nodes.map((n, i) => [i, Math.hypot(n.x + n.w / 2 - x, n.y + n.h / 2 - y)]);
    } else if (dx) {
      candidates = this.edgesOf(this.current).filter((e) => (dx < 0 ? e.to : e.from) === this.current)
        .map((e) => (dx < 0 ? e.from : e.to)).map((i) => [i, Math.abs(nodes[i].y - from.y)]);
    } else {
      candidates = nodes.map((n, i) => [i, (n.y - from.y) * dy]).filter(([i, d]) => d > 0 && Math.abs(nodes[i].x + nodes[i].w / 2 - from.x - from.w / 2) < 2);
    }
    if (!candidates.length) return;
    const [next] = candidates.reduce((a, b) => (b[1] < a[1] ? b : a));
    this.choose(next);
    this.reveal(next);
    this.on.say(nodes[next].label);
  }

  pan(dx, dy) {
    this.camera.x += dx / this.camera.s;
    this.camera.y += dy / this.camera.s;
    this.hover(-1);
    this.ask();
  }

  zoom(factor, x = this.w / 2, y = this.h / 2) {
    const c = this.camera;
    const s = Math.min(2.5, Math.max(Math.min(this.fitting(), 0.2) * 0.7, c.s * factor));
    c.x += x / c.s - x / s;
    c.y += y / c.s - y / s;
    c.s = s;
    this.hover(-1);
    this.ask();
  }

  fitting() { return Math.min((this.w - 32) / this.scene.width, (this.h - 32) / this.scene.height, 1); }

  fit() {
    if (!this.sized) return; // it begins so
    const s = this.fitting();
    this.camera = { s, x: this.scene.width / 2 - this.w / 2 / s, y: this.scene.height / 2 - this.h / 2 / s };
    this.ask();
  }

  center(i) {
    this.hover(-1);
    const n = this.scene.nodes[i], c = this.camera;
    c.x = n.x + n.w / 2 - this.w / 2 / c.s;
    c.y = n.y + n.h / 2 - this.h / 2 / c.s;
    this.ask();
  }

  // reveal moves as far as is needed to see a node, and goes to it if it was read from far away.
  reveal(i, close) {
    const n = this.scene.nodes[i], c = this.camera;
    if (close && n.h * c.s < CANVAS_NAMES) {
      c.s = 0.8;
      this.center(i);
      return;
    }
    const left = (n.x - c.x) * c.s, top = (n.y - c.y) * c.s;
    if (left < 0 || top < 0 || left + n.w * c.s > this.w || top + n.h * c.s > this.h) this.center(i);
  }

  // mark shows some nodes and the edges between them, and lets the others step back; null shows all alike.
  mark(lit) {
    this.lit = lit;
    this.refresh();
  }

  select(key, close) {
    this.current = this.place.has(key) ? this.place.get(key) : -1;
    const reveal = () => { if (this.current >= 0) this.reveal(this.current, close); };
    if (this.begin && !this.sized) this.begin = () => { this.fit(); reveal(); };
    else reveal();
    this.ask();
  }

  destroy() {
    this.observer.disconnect();
    this.attributes.disconnect();
    this.theme.removeEventListener("change", this.recolour);
    cancelAnimationFrame(this.asked);
    this.canvas.remove();
    this.tip.remove();
  }
}
