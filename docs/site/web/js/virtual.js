// A table of any length: only the rows that can be seen are in the document.

import {clear, el, tabular} from "./dom.js";

const rowHeight = 34;
const itemHeight = 110; // of a row that a phone shows as an item of a list
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
  const titles = heads.map(([title]) => title);
  const table = tabular(el("table", { class: "data long listed", "aria-rowcount": rows.length }, el("thead", {}, el("tr", {}, headCells)), body), titles);
  const box = el("div", { class: "scroll tall", tabindex: "0", role: "group", "aria-label": label }, table);
  let first = -1;

  const filler = (height) => el("tr", { class: "filler", "aria-hidden": "true" }, el("td", { colspan: heads.length, style: { height: height + "px" } }));
  const printed = matchMedia("print");
  const onPhone = matchMedia("screen and (max-width: 720px)");
  const draw = (force) => {
    const whole = shown.length <= (printed.matches ? wholeInPrint : wholeUpTo);
    table.classList.toggle("whole", whole);
    const height = onPhone.matches ? itemHeight : rowHeight;
    const from = whole ? 0 : Math.max(0, Math.floor(box.scrollTop / height) - margin);
    if (!force && from === first) return;
    first = from;
    const to = whole ? shown.length : Math.min(shown.length, from + Math.ceil((box.clientHeight || 800) / height) + 2 * margin);
    const drawn = shown.slice(from, to).map((i, k) => tabular(el("tr", { "aria-rowindex": from + k + 2 }, row(i)), titles));
    clear(body);
    if (from > 0) body.append(filler(from * height));
    body.append(...drawn);
    if (to < shown.length) body.append(filler((shown.length - to) * height));
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
  const again = (event) => {
    if (box.isConnected) draw(true);
    else event.target.removeEventListener("change", again);
  };
  for (const medium of [printed, onPhone]) medium.addEventListener("change", again);
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
