// The page of lineage: the map of the project, the neighbourhood of a node, or the lineage of a column, by what the address says.

import {el} from "../dom.js";
import {mountColumns} from "./columns.js";
import {mountFocus} from "./focus.js";
import {mountMap} from "./map.js";
import {store} from "../store.js";
import {lineageHref} from "./parts.js";

// lineagePage shows what the query of an address says: node, column, up, down, show, colour, select.
export async function lineagePage(host, { query }) {
  const node = query.get("node"), column = query.get("column"), columns = query.has("column") || query.has("show");
  const colour = query.get("colour") || undefined;
  const views = [["Project", lineageHref({}), !node]];
  if (node) {
    views.push(["Node", lineageHref({ node }), !columns]);
    views.push(["Columns", lineageHref({ node, show: "direct" }), columns]);
  }
  const inside = el("div", { class: "lin-inside" });
  host.replaceChildren(
    el("h1", { class: "lin-title" }, "Lineage"),
    el("nav", { class: "lin-views", "aria-label": "Kinds of lineage" },
      views.map(([text, href, here]) => el("a", { href, "aria-current": here ? "page" : null }, text))),
    inside);
  // What is chosen goes into the address, so that a link to it shows it.
  const keep = (chosen) => history.replaceState(history.state, "", lineageHref({ node, ...chosen }));
  const steps = (name) => query.has(name) ? Math.max(0, parseInt(query.get(name), 10) || 0) : undefined;
  if (!node) await mountMap(inside, store, { colour, select: query.get("select"), keep });
  else if (columns) await mountColumns(inside, store, { node, column, show: query.get("show") || undefined, tall: true, keep });
  else await mountFocus(inside, store, { node, colour, up: steps("up"), down: steps("down"), tall: true, keep });
  return "Lineage";
}
