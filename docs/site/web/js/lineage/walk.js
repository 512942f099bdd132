// Ways through the columns of a project, over the edges that the pieces of data tell node by node.

// The kinds of edges that carry values on; the others decide which rows there are, or in which order.
const WALK_DERIVES = new Set(["copy", "rename", "transform", "aggregate"]);
const WALK_STRENGTH = ["aggregate", "transform", "rename", "copy", "join", "filter", "group", "order"];

// WALK_LIMIT is how many nodes a walk looks at.
export const WALK_LIMIT = 80;

export function derives(kind) { return WALK_DERIVES.has(kind); }

// ColumnWalk finds the edges around a column: {from: {node, column}, to: {node, column}, kinds}, strongest kind first. The column of an end is ""
// where the rows of the node are meant.
export class ColumnWalk {
  constructor(store, node, column) {
    Object.assign(this, { store, node, column });
    this.edges = new Map();
    this.names = new Map();
    this.visited = new Set([node]);
    this.cut = false;
  }

  // go follows values over so many nodes, up or down, and notes what decides about rows if that is wanted.
  async go(up, steps, rows) {
    const seen = new Set([walkKey(this.node, this.column)]);
    let level = [[this.node, this.column]];
    for (let d = 0; d < steps && level.length; d++) {
      const next = [];
      for (const [node, column] of level) {
        for (const [other, name] of await this.step(node, column, up, rows)) {
          const key = walkKey(other, name);
          if (seen.has(key)) continue;
          seen.add(key);
          next.push([other, name]);
        }
      }
      level = next;
    }
  }

  // step notes the edges of one column and returns where values go on.
  async step(node, column, up, rows) {
    const told = await this.store.columns(node);
    for (const [id, words] of Object.entries(told.names || {})) this.names.set(id, words);
    const on = [];
    for (const [own, other, name, kind] of (up ? told.in : told.out) || []) {
      const mine = own.toLowerCase() === column.toLowerCase();
      if (!mine && !(rows && up && own === "")) continue;
      if (!derives(kind) && !rows) continue;
      if (!this.visited.has(other) && this.visited.size >= WALK_LIMIT) {
        this.cut = true;
        continue;
      }
      this.visited.add(other);
      const here = { node, column: own }, there = { node: other, column: name };
      this.note(up ? there : here, up ? here : there, kind);
      if (derives(kind) && mine) on.push([other, name]);
    }
    return on;
  }

  note(from, to, kind) {
    const key = walkKey(from.node, from.column) + ">" + walkKey(to.node, to.column);
    const known = this.edges.get(key);
    if (!known) this.edges.set(key, { from, to, kinds: [kind] });
    else if (!known.kinds.includes(kind)) known.kinds.push(kind);
  }

  found() {
    const out = [...this.edges.values()];
    for (const e of out) e.kinds.sort((a, b) => WALK_STRENGTH.indexOf(a) - WALK_STRENGTH.indexOf(b));
    return out;
  }
}

export function walkKey(node, column) { return node + "\n" + column.toLowerCase(); }
