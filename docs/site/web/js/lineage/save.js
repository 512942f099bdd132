// A drawing as a file: SVG that stands alone, or Mermaid's text.

import {el, svg} from "../dom.js";
import {curve, fitText, wayOf} from "./parts.js";
import {paints} from "./colour.js";

// saveSvg saves a scene with the colours that it has on the screen.
export function saveSvg(host, scene, name) {
  const paint = paints(host);
  const text = new XMLSerializer().serializeToString(sceneSvg(scene, paint));
  paint.done();
  saveFile(name + ".svg", "image/svg+xml", text);
}

function sceneSvg(scene, paint) {
  const pad = 24, w = Math.ceil(scene.width + 2 * pad), h = Math.ceil(scene.height + 2 * pad);
  const out = svg("svg", { viewBox: [-pad, -pad, w, h].join(" "), width: w, height: h, "font-family": paint.font },
    svg("title", {}, scene.label),
    svg("rect", { x: -pad, y: -pad, width: w, height: h, fill: paint.read("ground") }));
  for (const e of scene.edges) {
    out.append(svg("path", { d: curve(wayOf(scene.nodes, e)), fill: "none", stroke: paint.read("line"), "stroke-width": 1.25,
      "stroke-dasharray": e.dash || null }));
    for (const [sign, x, y] of e.signs || []) {
      out.append(svg("circle", { cx: x, cy: y, r: 7.5, fill: paint.read("ground"), stroke: paint.read("border") }),
        svg("text", { x, y: y + 3.5, "font-size": 10, "text-anchor": "middle", fill: paint.read("ink") }, sign));
    }
  }
  for (const n of scene.nodes) {
    out.append(
      svg("rect", { x: n.x, y: n.y, width: n.w, height: n.h, rx: 5, fill: paint.read("box"), stroke: paint.read("border") }),
      svg("rect", { x: n.x + 1, y: n.y + 1, width: 4, height: n.h - 2, rx: 2, fill: paint.read(n.colour || "none") }));
    const texts = n.rows ? n.rows.map((r) => [r.name, r.y + 15, 11.5, "ink"]) : [];
    const head = n.rows ? n.y + 17 : n.y + n.h / 2 - 2;
    for (const [text, y, size, colour] of [[n.name, head, 12.5, "ink"], [n.words, head + 14, 10.5, "muted"], ...texts]) {
      out.append(svg("text", { x: n.x + 13, y, "font-size": size, fill: paint.read(colour) }, fitText(text, n.w - 24, size + "px " + paint.font)));
    }
  }
  return out;
}

// sceneMermaid is a flowchart of a scene. What its quotes cannot hold is told by numbers.
export function sceneMermaid(scene) {
  const said = (text) => '"' + text.replace(/[^\p{L}\p{N} _.,:()\/-]/gu, (c) => "#" + c.codePointAt(0) + ";") + '"';
  const lines = ["flowchart LR"];
  if (scene.nodes.some((n) => n.rows)) {
    scene.nodes.forEach((n, i) => {
      lines.push("  subgraph n" + i + "[" + said(n.name) + "]");
      (n.rows || []).forEach((r, k) => lines.push("    n" + i + "c" + k + "[" + said(r.name) + "]"));
      lines.push("  end");
    });
  } else {
    scene.nodes.forEach((n, i) => lines.push("  n" + i + "[" + said(n.name) + "]"));
  }
  for (const e of scene.edges) {
    const from = "n" + e.from + (e.fromRow >= 0 ? "c" + e.fromRow : ""), to = "n" + e.to + (e.toRow >= 0 ? "c" + e.toRow : "");
    lines.push("  " + from + (e.dash ? " -.->" : " -->") + (e.kind && e.kind !== "copy" ? "|" + e.kind + "| " : " ") + to);
  }
  return lines.join("\n") + "\n";
}

export function saveMermaid(scene, name) { saveFile(name + ".mmd", "text/plain", sceneMermaid(scene)); }

function saveFile(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = el("a", { href: address, download: name.replace(/[^\w.-]+/g, "_") });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
