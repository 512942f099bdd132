// What the views of lineage share: words, links and lines.

import {nodeHref, typeOf} from "../route.js";

// lineageNode is the link to the page of a node. A system and a destination have none.
export function lineageNode(id) {
  return /^(system|destination):/.test(id) ? null : nodeHref(typeOf(id), id);
}

// lineageHref is the link to a view of lineage: {node, column, up, down, show, colour}.
export function lineageHref(parameters) {
  const text = Object.entries(parameters).filter(([, v]) => v !== "" && v !== null && v !== undefined)
    .map(([k, v]) => k + "=" + encodeURIComponent(v)).join("&");
  return "#/lineage" + (text ? "?" + text : "");
}

const lineageWidths = new Map();
let lineagePen = null;
let lineagePenFont = "";

// textWidth is how many pixels wide a text is.
export function textWidth(text, font) {
  lineagePen ||= document.createElement("canvas").getContext("2d");
  if (lineagePenFont !== font) lineagePen.font = lineagePenFont = font; // setting it is slow
  return lineagePen.measureText(text).width;
}

// boxWidth is the width of boxes that hold the longest of some texts, within limits.
export function boxWidth(texts) {
  const font = "500 12.5px " + getComputedStyle(document.body).fontFamily;
  return Math.round(Math.min(290, Math.max(150, 38 + Math.max(0, ...texts.map((text) => textWidth(text, font))))));
}

// fitText shortens a text in its middle until it is no wider than so many pixels: names differ at both ends.
export function fitText(text, width, font) {
  const key = font + "|" + width + "|" + text;
  let known = lineageWidths.get(key);
  if (known !== undefined) return known;
  known = text;
  if (textWidth(text, font) > width) {
    let low = 1, high = text.length;
    while (low < high) {
      const keep = (low + high + 1) >> 1;
      if (textWidth(cutText(text, keep), font) <= width) low = keep;
      else high = keep - 1;
    }
    known = cutText(text, low);
  }
  if (lineageWidths.size > 50000) lineageWidths.clear();
  lineageWidths.set(key, known);
  return known;
}

function cutText(text, keep) {
  const head = Math.ceil(keep * 0.6);
  return text.slice(0, head) + "…" + text.slice(text.length - (keep - head));
}

// curve is the way of an edge as the d of a path: slanting pieces are curves, level ones lines.
export function curve(points) {
  let d = "M" + points[0] + " " + points[1];
  for (let i = 2; i < points.length; i += 2) {
    const [ax, ay, bx, by] = points.slice(i - 2, i + 2);
    if (ay === by) {
      d += "H" + bx;
      continue;
    }
    const reach = Math.max(18, Math.abs(bx - ax) / 2) * (bx < ax ? -1 : 1);
    d += "C" + (ax + reach) + " " + ay + " " + (bx - reach) + " " + by + " " + bx + " " + by;
  }
  return d;
}

// wayOf is the points of an edge of a scene, from the side of one box to the side of the other.
export function wayOf(nodes, e) {
  const a = nodes[e.from], b = nodes[e.to];
  const out = [a.x + a.w, e.fromY ?? a.y + a.h / 2], into = [b.x, e.toY ?? b.y + b.h / 2];
  const bends = e.bends || [];
  if (!e.back) return [...out, ...bends, ...into];
  return [a.x, out[1], ...linReversed(bends), b.x + b.w, into[1]];
}

function linReversed(points) {
  const out = [];
  for (let i = points.length - 2; i >= 0; i -= 2) out.push(points[i], points[i + 1]);
  return out;
}

// alongWay is the point of the last piece of a way at t, from 0 at its beginning to 1 at its end.
export function alongWay(points, t) {
  const [ax, ay, bx, by] = points.slice(points.length - 4);
  const reach = Math.max(18, Math.abs(bx - ax) / 2) * (bx < ax ? -1 : 1), u = 1 - t;
  const at = (a, b, c, d) => u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
  return [at(ax, ax + reach, bx - reach, bx), at(ay, ay, by, by)];
}
