// The page of lineage: the map of the project, the neighbourhood of a node, or the lineage of a column, by what the address says.

import {el} from "../dom.js";
import {mountColumns} from "./columns.js";
import {mountFocus} from "./focus.js";
import {mountMap} from "./map.js";
import {lineageHref} from "./parts.js";

// mountLineage shows what the query of an address says, a URLSearchParams: node, column, up, down, show, colour, select.
export async function mountLineage(host, store, query) {
  const node = query.get("node"), column = query.get("column"), columns = query.has("column") || query.get("show");
  const views = [["Project", lineageHref({}), !node]];
  if (node) {
    views.push(["Node", lineageHref({ node }), !columns]);
    views.push(["Columns", lineageHref({ node, show: "direct" }), !!columns]);
  }
  const inside = el("div", { class: "lin-inside" });
  host.replaceChildren(
    el("nav", { class: "lin-views", "aria-label": "Kinds of lineage" },
      views.map(([text, href, here]) => el("a", { href, "aria-current": here ? "page" : null }, text))),
    inside);
  const colour = query.get("colour") || undefined;
  if (!node) return mountMap(inside, store, { colour, select: query.get("select") });
  if (columns) return mountColumns(inside, store, { node, column, show: query.get("show") || undefined, tall: true });
  const steps = (name) => query.has(name) ? Math.max(0, parseInt(query.get(name), 10) || 0) : undefined;
  return mountFocus(inside, store, { node, colour, up: steps("up"), down: steps("down"), tall: true });
}
