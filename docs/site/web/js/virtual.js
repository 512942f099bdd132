// A table of any length: only the rows that can be seen are in the document.

import {clear, el} from "./dom.js";

const rowHeight = 34;
const margin = 12;
const wholeUpTo = 300;
const wholeInPrint = 5000;

// heads are [title, class, key]; row(i) gives the cells of a row; order(key, down) the rows' numbers in that order.
export function longTable(label, heads, { rows, row, order }) {
  let shown = rows;
  let sorted = "";
  let down = false;
  const body = el("tbody", {});
  const buttons = new Map();
  const headCells = heads.map(([title, kind, key]) => {
    if (!key) return el("th", { scope: "col", class: kind || "" }, title);
    const button = el("button", { type: "button", on: { click: () => sort(key) } }, title);
    const cell = el("th", { scope: "col", class: kind || "", "aria-sort": "none" }, button);
    buttons.set(key, cell);
    return cell;
  });
  const table = el("table", { class: "data long", "aria-rowcount": rows.length }, el("thead", {}, el("tr", {}, headCells)), body);
  const box = el("div", { class: "scroll tall", tabindex: "0", role: "group", "aria-label": label }, table);
  let first = -1;

  const filler = (height) => el("tr", { class: "filler", "aria-hidden": "true" }, el("td", { colspan: heads.length, style: { height: height + "px" } }));
  const printed = matchMedia("print");
  const draw = (force) => {
    const whole = shown.length <= (printed.matches ? wholeInPrint : wholeUpTo);
    const from = whole ? 0 : Math.max(0, Math.floor(box.scrollTop / rowHeight) - margin);
    if (!force && from === first) return;
    first = from;
    const to = whole ? shown.length : Math.min(shown.length, from + Math.ceil((box.clientHeight || 800) / rowHeight) + 2 * margin);
    const drawn = shown.slice(from, to).map((i, k) => el("tr", { "aria-rowindex": from + k + 2 }, row(i)));
    clear(body);
    if (from > 0) body.append(filler(from * rowHeight));
    body.append(...drawn);
    if (to < shown.length) body.append(filler((shown.length - to) * rowHeight));
  };
  const sort = (key) => {
    down = sorted === key ? !down : false;
    sorted = key;
    for (const [other, cell] of buttons) cell.setAttribute("aria-sort", other === key ? (down ? "descending" : "ascending") : "none");
    shown = order(shown, key, down);
    box.scrollTop = 0;
    draw(true);
  };
  box.addEventListener("scroll", () => draw(false), { passive: true });
  const print = () => {
    if (box.isConnected) draw(true);
    else printed.removeEventListener("change", print);
  };
  printed.addEventListener("change", print);
  draw(true);
  return {
    node: box,
    show(next) {
      shown = sorted ? order(next, sorted, down) : next;
      table.setAttribute("aria-rowcount", String(shown.length + 1));
      box.scrollTop = 0;
      draw(true);
    },
  };
}
