// The sheet of edges behind the nodes of a canvas.

import {wayOf} from "./parts.js";

const SHEET_MARGIN = 0.3; // of the view, on each side: so far one can move before edges are missing
const SHEET_NEAR = 0.3; // the scale from which on one looks at nodes, not at the whole
const SHEET_REST = 120; // milliseconds without zooming before the sheet is drawn anew

// EdgeSheet draws the edges of a scene for a camera, a slice in each frame, and keeps what it drew last until the new one is complete.
export class EdgeSheet {
  constructor() {
    this.front = sheetPage();
    this.back = sheetPage();
    this.whole = null; // all of the scene, small: what is seen where the front is missing
    this.job = null;
    this.stale = true;
    this.seen = this.still = this.worked = 0;
    this.pace = 600; // edges a frame
  }

  show(scene) {
    this.scene = scene;
    this.whole = null;
    this.job = null;
    this.bounds = new Float32Array(4 * scene.edges.length);
    scene.edges.forEach((e, k) => {
      const way = wayOf(scene.nodes, e);
      let x0 = Infinity, y0 = Infinity, x1 = -Infinity, y1 = -Infinity;
      for (let i = 0; i < way.length; i += 2) {
        x0 = Math.min(x0, way[i]);
        x1 = Math.max(x1, way[i]);
        y0 = Math.min(y0, way[i + 1]);
        y1 = Math.max(y1, way[i + 1]);
      }
      this.bounds.set([x0, y0, x1, y1], 4 * k);
    });
  }

  resize(w, h, ratio) {
    Object.assign(this, { w, h, ratio });
    this.stale = true;
  }

  // work draws a slice, if there is something to draw, and tells whether there is more. While one zooms nothing is begun: it would be out
  // of date in the next frame.
  work(camera, lit, now) {
    if (camera.s !== this.seen) {
      this.seen = camera.s;
      this.still = now + SHEET_REST;
      if (this.job && !this.job.whole) {
        this.job = null;
        this.stale = true;
      }
    }
    if (this.stale && this.job && !this.job.whole) this.job = null;
    if (!this.job && !this.whole) this.job = this.begin(this.wholeCamera(), null, sheetPage(), true);
    if (!this.job && this.outdated(camera)) {
      if (now < this.still) return true;
      this.stale = false;
      this.job = this.begin(this.aheadOf(camera), lit, this.back, false);
    }
    if (!this.job) return false;
    this.keepPace(now);
    const end = Math.min(this.job.order.length, this.job.next + this.pace);
    while (this.job.next < end) this.slice(this.job);
    if (this.job.next < this.job.order.length) return true;
    this.finish();
    return this.outdated(camera);
  }

  // keepPace finds how many edges fit into a frame. What a canvas is told is drawn later, so that only the frames tell how long it took.
  keepPace(now) {
    const took = now - this.worked;
    this.worked = now;
    if (took > 24 && took < 500) this.pace = Math.max(120, this.pace * 0.6);
    else if (took < 20) this.pace = Math.min(2500, this.pace * 1.3);
  }

  finish() {
    const job = this.job;
    this.job = null;
    if (job.whole) {
      this.whole = job.page;
      return;
    }
    this.back = this.front;
    this.front = job.page;
  }

  outdated(camera) {
    const p = this.front.camera;
    return this.stale || !p || p.s !== camera.s || !this.covers(this.front, camera);
  }

  covers(page, camera) {
    const p = page.camera;
    return p && camera.x >= p.x && camera.y >= p.y && camera.x + this.w / camera.s <= p.x + page.w / p.s && camera.y + this.h / camera.s <= p.y + page.h / p.s;
  }

  aheadOf(camera) {
    return { s: camera.s, x: camera.x - (SHEET_MARGIN * this.w) / camera.s, y: camera.y - (SHEET_MARGIN * this.h) / camera.s,
      w: this.w * (1 + 2 * SHEET_MARGIN), h: this.h * (1 + 2 * SHEET_MARGIN), ratio: this.ratio };
  }

  wholeCamera() {
    const s = Math.min(1600 / Math.max(1, this.scene.width), 1600 / Math.max(1, this.scene.height), 1);
    return { s, x: 0, y: 0, w: Math.max(1, this.scene.width * s), h: Math.max(1, this.scene.height * s), ratio: 1 };
  }

  begin(camera, lit, page, whole) {
    page.camera = { x: camera.x, y: camera.y, s: camera.s };
    page.w = camera.w;
    page.h = camera.h;
    const width = Math.round(camera.w * camera.ratio), height = Math.round(camera.h * camera.ratio);
    if (page.canvas.width !== width || page.canvas.height !== height) Object.assign(page.canvas, { width, height });
    page.pen.setTransform(1, 0, 0, 1, 0, 0);
    page.pen.globalAlpha = 1;
    page.pen.clearRect(0, 0, width, height);
    page.pen.setTransform(camera.ratio, 0, 0, camera.ratio, 0, 0);
    return { page, whole, lit, order: this.inSight(page, lit), next: 0 };
  }

  // inSight are the edges that a page shows, those between lit nodes last, so that they lie above. From near, edges that only pass are left out.
  inSight(page, lit) {
    const c = page.camera, b = this.bounds, edges = this.scene.edges;
    const x1 = c.x + page.w / c.s, y1 = c.y + page.h / c.s;
    const plain = [], above = [];
    for (let k = 0; k < edges.length; k++) {
      if (b[4 * k] > x1 || b[4 * k + 1] > y1 || b[4 * k + 2] < c.x || b[4 * k + 3] < c.y) continue;
      if (c.s > SHEET_NEAR && !this.holds(page, edges[k].from) && !this.holds(page, edges[k].to)) continue;
      if (lit && lit.has(edges[k].from) && lit.has(edges[k].to)) above.push(k);
      else plain.push(k);
    }
    return Object.assign(plain.concat(above), { above: plain.length });
  }

  holds(page, i) {
    const n = this.scene.nodes[i], c = page.camera;
    return n.x + n.w > c.x && n.y + n.h > c.y && n.x < c.x + page.w / c.s && n.y < c.y + page.h / c.s;
  }

  // slice draws a few edges in one stroke.
  slice(job) {
    const pen = job.page.pen, c = job.page.camera, edges = this.scene.edges;
    const lit = job.next >= job.order.above;
    const end = Math.min(job.next + 120, lit ? job.order.length : job.order.above);
    pen.strokeStyle = this.paint[lit ? "line-on" : "line"];
    pen.lineWidth = lit ? 1.5 : 1;
    pen.globalAlpha = lit ? 1 : (job.lit ? 0.3 : 1) * Math.min(1, Math.max(0.12, 1500 / job.order.length));
    pen.beginPath();
    for (; job.next < end; job.next++) traceWay(pen, wayOf(this.scene.nodes, edges[job.order[job.next]]), c);
    pen.stroke();
  }

  // draw puts the sheet where the camera sees it. The whole, which is coarse, is shown only where there is nothing better.
  draw(pen, camera) {
    const page = this.whole && !this.covers(this.front, camera) ? this.whole : this.front;
    if (!page.camera) return;
    const scale = camera.s / page.camera.s;
    pen.drawImage(page.canvas, (page.camera.x - camera.x) * camera.s, (page.camera.y - camera.y) * camera.s, page.w * scale, page.h * scale);
  }
}

function sheetPage() {
  const canvas = document.createElement("canvas");
  return { canvas, pen: canvas.getContext("2d"), camera: null, w: 0, h: 0 };
}

// traceWay adds the way of an edge to the path of a pen.
export function traceWay(pen, points, c) {
  const x = (k) => (points[k] - c.x) * c.s, y = (k) => (points[k + 1] - c.y) * c.s;
  pen.moveTo(x(0), y(0));
  for (let k = 2; k < points.length; k += 2) {
    if (c.s < 0.2 || points[k - 1] === points[k + 1]) {
      pen.lineTo(x(k), y(k));
      continue;
    }
    const reach = (Math.max(18, Math.abs(points[k] - points[k - 2]) / 2) * (points[k] < points[k - 2] ? -1 : 1)) * c.s;
    pen.bezierCurveTo(x(k - 2) + reach, y(k - 2), x(k) - reach, y(k), x(k), y(k));
  }
}
