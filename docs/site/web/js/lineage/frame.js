// The frame of a view of lineage: the bar above it, the stage, the legend below it, and the words for those who do not see it.

import {clear, el} from "../dom.js";
import {count} from "../format.js";
import {colourModes} from "./colour.js";

// lineageFrame fills an element. actions: {zoom(factor), fit(), svg(), mermaid(), colour(mode)}; those that are missing have no button.
export function lineageFrame(host, { label, actions, colour, tall }) {
  const lead = el("div", { class: "lin-lead" });
  const stage = el("div", { class: "lin-stage" + (tall ? " lin-tall" : "") });
  const legend = el("ul", { class: "lin-legend", "aria-label": "Legend" });
  const note = el("p", { class: "lin-note" });
  const said = el("p", { class: "lin-said", role: "status", "aria-live": "polite" });
  const bar = el("div", { class: "lin-bar" }, lead,
    actions.colour && colourChoice(colour, actions.colour),
    actions.zoom && el("div", { class: "lin-group", role: "group", "aria-label": "Zoom" },
      lineageButton("−", "Zoom out", () => actions.zoom(1 / 1.4)),
      lineageButton("+", "Zoom in", () => actions.zoom(1.4)),
      lineageButton("Fit", "Fit: show all of it", () => actions.fit())),
    el("div", { class: "lin-group", role: "group", "aria-label": "Save the drawing" },
      lineageButton("SVG", "SVG: save as a file", () => actions.svg()),
      lineageButton("Mermaid", "Mermaid: save as a diagram", () => actions.mermaid())));
  const root = el("div", { class: "lin", role: "region", "aria-label": label }, bar, stage, legend, note, said);
  clear(host).append(root);
  return {
    root, lead, stage,
    legend: (rows) => legendRows(legend, rows),
    note: (...content) => note.replaceChildren(...content),
    say: (text) => { said.textContent = text; },
  };
}

export function lineageButton(text, label, press, pressed) {
  return el("button", { type: "button", class: "lin-button", "aria-label": label === text ? null : label, title: label === text ? null : label,
    "aria-pressed": pressed === undefined ? null : String(pressed), on: { click: press } }, text);
}

function colourChoice(now, change) {
  return el("label", { class: "lin-choice" }, "Colour ",
    el("select", { on: { change: (e) => change(e.target.value) } },
      colourModes.map(([value, text]) => el("option", { value, selected: value === now }, text))));
}

function legendRows(list, rows) {
  clear(list).append(...rows.map((r) => el("li", {}, r.swatch || el("span", { class: "lin-swatch lin-back-" + r.colour, "aria-hidden": "true" }, r.mark),
    r.label, r.n !== undefined && el("span", { class: "lin-count" }, count(r.n)))));
}

// stepper is a number with a button on each side, as for how many steps are shown.
export function stepper(label, value, change) {
  const shown = el("output", { class: "lin-value" }, value === Infinity ? "all" : String(value));
  return el("div", { class: "lin-group lin-stepper", role: "group", "aria-label": label },
    el("span", { class: "lin-label", "aria-hidden": "true" }, label),
    lineageButton("−", "Fewer steps: " + label, () => change(Math.max(0, (value === Infinity ? 6 : value) - 1))),
    shown,
    lineageButton("+", "More steps: " + label, () => change(value + 1)));
}
