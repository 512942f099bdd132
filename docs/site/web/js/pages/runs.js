// What ran, and of each run what ran when: a Gantt chart with the critical path.

import {clear, el, put, svg} from "../dom.js";
import {dateTime, duration, count, counted, state, stateClass, stateWord} from "../format.js";
import {nodeHref, typeOf} from "../route.js";
import {dataTable, empty, nodeLink, pageHead, section, strip, worstFirst} from "../parts.js";
import {store} from "../store.js";
import {longTable} from "../virtual.js";
import {runState, runTable} from "./overview.js";

export async function runsPage(root, { parts }) {
  const runs = await store.runs();
  if (parts[1]) return runPage(root, runs, parts[1]);
  put(root, pageHead("Runs", "The newest first. They are kept in the target folder."), runs.length ? [runChart(runs), runTable(runs)] : empty("Nothing ran yet: mod build."));
  return "Runs";
}

// How long the last runs took, each bar a link.
function runChart(runs) {
  const bars = runs.slice(0, 40).reverse();
  const most = Math.max(...bars.map((run) => run.seconds), 0.001);
  const [width, height] = [16, 72];
  return svg("svg", { class: "run-chart", viewBox: "0 0 " + bars.length * width + " " + height, width: bars.length * width, height, role: "group", "aria-label": "How long the runs took" },
    bars.map((run, i) => {
      const h = Math.max(3, (run.seconds / most) * (height - 4));
      const name = dateTime(run.started) + ", " + run.command + ", " + duration(run.seconds);
      return svg("a", { href: "#/runs/" + encodeURIComponent(run.id), "aria-label": name },
        svg("rect", { x: i * width, y: 0, width: width - 3, height, class: "hit" }),
        svg("rect", { x: i * width, y: height - h, width: width - 3, height: h, rx: 2, class: "bar-" + runState(run) }, svg("title", {}, name)));
    }));
}

async function runPage(root, runs, id) {
  const place = runs.findIndex((run) => run.id === id);
  if (place < 0) {
    put(root, pageHead("This run is not kept any more"));
    return "Run";
  }
  const run = await store.run(place);
  const path = new Set(run.critical);
  const critical = run.critical.reduce((sum, i) => sum + run.took[i], 0);
  put(root, el("header", { class: "page-head" }, el("div", { class: "crumbs" }, el("a", { href: "#/runs" }, "Runs"), el("span", { class: "muted mono" }, run.id)),
    el("h1", {}, run.command + ", " + dateTime(runs[place].started)),
    el("p", { class: "lead" }, counted(run.nodes.length, "node") + " in " + duration(run.seconds) + ". The critical path is " + counted(run.critical.length, "node") + " and " + duration(critical) + ".")),
  el("div", { class: "card narrow" }, strip(runs[place].counts, worstFirst)),
  section("When what ran", "", gantt(run, path)),
  section("Critical path", duration(critical), el("p", { class: "muted small" }, "What the run had to wait for, one after the other. It gets no faster before one of these does."), criticalTable(run)),
  section("Nodes", count(run.nodes.length), nodeTable(run, path)));
  return run.command;
}

function criticalTable(run) {
  return dataTable("Critical path", [["Node"], ["Result"], ["Began", "num"], ["Took", "num"]], run.critical.map((i) => el("tr", {},
    el("th", { scope: "row" }, nodeLink(run.nodes[i])), el("td", {}, state(run.status[i])),
    el("td", { class: "num" }, duration(run.start[i])), el("td", { class: "num" }, duration(run.took[i])))));
}

const ganttRows = 400;

// Bars in lanes, a lane for each thread; above some hundred bars those too short to see are left out.
function gantt(run, path) {
  const whole = Math.max(...run.start.map((start, i) => start + run.took[i]), 0.001);
  const lanes = [...new Set(run.thread)].sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const bars = run.nodes.map((_, i) => i).filter((i) => run.status[i] !== "skipped");
  const drawn = bars.length > ganttRows ? [...bars].sort((a, b) => run.took[b] - run.took[a]).slice(0, ganttRows).concat(run.critical) : bars;
  const [width, laneHeight, top] = [1000, 26, 22];
  const height = top + lanes.length * laneHeight + 4;
  const x = (seconds) => (seconds / whole) * width;
  const tell = el("p", { class: "gantt-told small muted", role: "status" }, "Choose a bar to see what it is.");
  const ticks = niceTicks(whole);
  const chart = svg("svg", { class: "gantt", viewBox: "0 0 " + width + " " + height, preserveAspectRatio: "none", role: "group", "aria-label": "Gantt chart of the run" },
    ticks.map((t) => svg("line", { class: "tick", x1: x(t), x2: x(t), y1: top - 4, y2: height })),
    [...new Set(drawn)].map((i) => {
      const name = run.nodes[i][1] + ": " + stateWord(run.status[i]) + ", " + duration(run.took[i]) + (path.has(i) ? ", on the critical path" : "");
      const link = svg("a", { href: nodeHref(typeOf(run.nodes[i][0]), run.nodes[i][0]), "aria-label": name },
        svg("rect", { class: "bar-" + stateClass(run.status[i]) + (path.has(i) ? " critical" : ""), x: x(run.start[i]), y: top + lanes.indexOf(run.thread[i]) * laneHeight + 3, width: Math.max(1.5, x(run.took[i])), height: laneHeight - 6, rx: 2 }, svg("title", {}, name)));
      const say = () => { clear(tell).append(name); };
      link.addEventListener("focus", say);
      link.addEventListener("mouseenter", say);
      return link;
    }));
  const labels = el("div", { class: "gantt-ticks", "aria-hidden": "true" }, ticks.map((t) => el("span", { style: { left: (100 * t) / whole + "%" } }, duration(t))));
  return el("div", { class: "gantt-box" }, el("div", { class: "gantt-frame" }, labels, chart), tell,
    el("p", { class: "small muted" }, counted(lanes.length, "lane") + ", one for each thread. The critical path is outlined.", bars.length > ganttRows && " The " + ganttRows + " longest are drawn."));
}

function niceTicks(whole) {
  const rough = whole / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  return Array.from({ length: Math.floor(whole / step) + 1 }, (_, i) => i * step);
}

function nodeTable(run, path) {
  const rows = run.nodes.map((_, i) => i);
  const value = { name: (i) => run.nodes[i][1], status: (i) => worstFirst.indexOf(run.status[i]), start: (i) => run.start[i], took: (i) => -run.took[i], rows: (i) => -(run.rows[i] || 0) };
  return longTable("Nodes of the run", [["Node", "", "name"], ["Result", "", "status"], ["Began", "num", "start"], ["Took", "num", "took"], ["Rows", "num", "rows"], ["Message"]], {
    rows,
    order: (some, key, down) => {
      const sorted = [...some].sort((a, b) => { const p = value[key](a); const q = value[key](b); return p < q ? -1 : p > q ? 1 : a - b; });
      return down ? sorted.reverse() : sorted;
    },
    row: (i) => [
      el("th", { scope: "row" }, nodeLink(run.nodes[i]), path.has(i) && el("span", { class: "flag" }, "critical")),
      el("td", {}, state(run.status[i])),
      el("td", { class: "num" }, duration(run.start[i])),
      el("td", { class: "num" }, duration(run.took[i])),
      el("td", { class: "num" }, run.rows[i] === null ? "" : count(run.rows[i])),
      el("td", { class: "clip muted", title: run.message[i] || null }, run.message[i]),
    ],
  }).node;
}
