// What nodes can be coloured by. A colour never stands alone: the value is written on the box, and in the legend.
import {duration} from "../format.js";
import {typeWord} from "../route.js";

// The types of nodes that have colours on the whole site.
const COLOUR_TYPES = new Set(["source", "seed", "model", "snapshot", "exposure", "sync", "metric"]);

// The names of colours are those of lineage.css: --lin-cat-0 to 7 for things without an order, --lin-seq-0 to 4 for more and more.
const COLOUR_CATEGORIES = 8;
const COLOUR_STEPS = 5;

// States as runs tell them, worst first, with the mark that goes with the colour.
const COLOUR_STATES = [
  {label: "failed", colour: "bad", mark: "✕", of: ["error", "fail", "runtime error"]},
  {label: "warned", colour: "warn", mark: "!", of: ["warn", "partial success", "stale"]},
  {label: "skipped", colour: "skip", mark: "–", of: ["skipped"]},
  {label: "succeeded", colour: "good", mark: "✓", of: ["success", "pass", "no-op"]},
  {label: "never ran", colour: "none", mark: "", of: [""]},
];

export const colourModes = [
  ["kind", "Type"], ["state", "State of the last run"], ["owner", "Owner"], ["area", "Layer"], ["seconds", "Duration"],
];

// colouring says for each node which colour it has and which words go with it, and lists what the colours mean.
export function colouring(graph, mode) {
  if (mode === "state") return colourByState(graph);
  if (mode === "seconds") return colourByDuration(graph);
  return colourByList(graph, mode);
}

function colourByState(graph) {
  const known = graph.lists.state.map(s => COLOUR_STATES.findIndex(d => d.of.includes(s)));
  const at = i => COLOUR_STATES[known[graph.values.state[i]]] || COLOUR_STATES[COLOUR_STATES.length - 1];
  return {
    colour: i => at(i).colour,
    words: i => at(i).label,
    mark: i => at(i).mark,
    legend: colourLegend(graph, i => at(i).label, COLOUR_STATES.map(s => ({...s}))),
  };
}

// colourByDuration has as many nodes in each step, as far as round limits let it.
function colourByDuration(graph) {
  const known = graph.seconds.filter((v) => v > 0).sort((a, b) => a - b);
  const round = (v) => Number(v.toPrecision(v < 10 ? 1 : 2));
  const limits = [...new Set([1, 2, 3, 4].map((k) => round(known[Math.floor((k * known.length) / COLOUR_STEPS)] || 0)))].filter((v) => v > 0);
  const step = (i) => limits.filter((limit) => graph.seconds[i] >= limit).length;
  const labels = limits.map((limit, k) => (k ? duration(limits[k - 1]) + " to " : "under ") + duration(limit));
  if (limits.length) labels.push("from " + duration(limits[limits.length - 1]));
  const label = (i) => (graph.seconds[i] ? labels[step(i)] : "not measured");
  const shade = (k) => "seq-" + Math.round((k * (COLOUR_STEPS - 1)) / Math.max(1, labels.length - 1));
  return {
    colour: (i) => (graph.seconds[i] ? shade(step(i)) : "none"),
    words: (i) => (graph.seconds[i] ? duration(graph.seconds[i]) : ""),
    mark: () => "",
    legend: colourLegend(graph, label, [...labels.map((text, k) => ({ label: text, colour: shade(k) })), { label: "not measured", colour: "none" }]),
  };
}

// colourByList gives the most frequent values a colour each; the others share one.
function colourByList(graph, mode) {
  const values = graph.lists[mode], count = new Map();
  for (const v of graph.values[mode]) count.set(v, (count.get(v) || 0) + 1);
  const frequent = [...count.keys()].filter(v => values[v] !== "").sort((a, b) => count.get(b) - count.get(a) || a - b);
  const named = (v, k) => (mode === "kind" ? (COLOUR_TYPES.has(values[v]) ? "type-" + values[v] : "other") : "cat-" + k);
  const colours = new Map(frequent.slice(0, mode === "kind" ? frequent.length : COLOUR_CATEGORIES).map((v, k) => [v, named(v, k)]));
  const rows = [...colours].map(([v, colour]) => ({label: mode === "kind" ? typeWord(values[v], count.get(v)) : values[v], colour, n: count.get(v)}));
  const others = frequent.slice(colours.size);
  if (others.length) rows.push({label: others.length + " others", colour: "other", n: others.reduce((n, v) => n + count.get(v), 0)});
  const missing = graph.values[mode].filter(v => values[v] === "").length;
  if (missing) rows.push({label: mode === "owner" ? "nobody named" : "none", colour: "none", n: missing});
  return {
    colour: i => values[graph.values[mode][i]] === "" ? "none" : colours.get(graph.values[mode][i]) || "other",
    words: i => values[graph.values[mode][i]],
    mark: () => "",
    legend: rows,
  };
}

function colourLegend(graph, label, rows) {
  const count = new Map();
  for (let i = 0; i < graph.count; i++) count.set(label(i), (count.get(label(i)) || 0) + 1);
  return rows.map(r => ({...r, n: count.get(r.label) || 0})).filter(r => r.n > 0);
}

// paints are the colours of lineage.css as they are now, for what cannot use CSS: a canvas, and a file.
export function paints(el) {
  const probe = document.createElement("span");
  probe.hidden = true;
  el.append(probe);
  const cache = new Map();
  const read = name => {
    if (!cache.has(name)) {
      probe.style.color = "var(--lin-" + name + ")";
      cache.set(name, getComputedStyle(probe).color);
    }
    return cache.get(name);
  };
  return {
    read,
    font: getComputedStyle(document.body).fontFamily,
    done() { probe.remove(); },
  };
}
