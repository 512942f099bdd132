// The graph of the whole project: what the piece of data says, with the neighbours of each node at hand.

// GRAPH_NONE is the list of the neighbours of a node without any.
const GRAPH_NONE = new Int32Array(0);

export class ProjectGraph {
  // piece is what store.graph() gives. An ID is told as one of the prefixes and the rest; a name only where it is not the rest.
  constructor(piece) {
    const n = piece.id.length;
    this.count = n;
    this.boxWidth = piece.w;
    this.boxHeight = piece.h;
    this.width = piece.width;
    this.height = piece.height;
    this.ids = piece.id.map((rest, i) => piece.prefixes[piece.prefix[i]] + rest);
    this.names = piece.id.map((rest, i) => piece.name[i] || rest);
    this.x = Float32Array.from(piece.x);
    this.y = Float32Array.from(piece.y);
    this.seconds = piece.seconds;
    this.lists = {kind: piece.kinds, area: piece.areas, owner: piece.owners, state: piece.states};
    this.values = {kind: piece.kind, area: piece.area, owner: piece.owner, state: piece.state};
    this.edges = piece.edges;
    this.ways = piece.ways || null;
    this.byId = new Map(this.ids.map((id, i) => [id, i]));
    this.readers = graphNeighbours(n, piece.edges, 0);
    this.reads = graphNeighbours(n, piece.edges, 1);
  }

  // bend takes where the edges of a large graph bend: edges of a node share their bends, and all layers are as far apart.
  bend(piece) {
    const heights = new Map(piece.from.map((from, i) => {
      let y = 0;
      return [from, piece.y[i].map((step) => (y += step))];
    }));
    const half = this.boxWidth / 2;
    this.ways = [];
    for (let e = 0; e < this.edges.length; e += 2) {
      const at = this.x[this.edges[e]], passed = Math.round((this.x[this.edges[e + 1]] - at) / piece.pitch) - 1, y = heights.get(this.edges[e]);
      const way = [];
      for (let k = 0; y && passed <= y.length && k < passed; k++) way.push(at + (k + 1) * piece.pitch - half, y[k], at + (k + 1) * piece.pitch + half, y[k]);
      this.ways.push(way);
    }
  }

  // value is what a list says of a node: its kind, area, owner or state.
  value(list, i) { return this.lists[list][this.values[list][i]]; }

  up(i) { return graphSlice(this.reads, i); }
  down(i) { return graphSlice(this.readers, i); }

  // reach is a map from the nodes that so many steps lead to, to how many it takes. The start is among them.
  reach(start, steps, up) {
    const found = new Map([[start, 0]]);
    let level = [start];
    for (let d = 1; d <= steps && level.length > 0; d++) {
      const next = [];
      for (const at of level) {
        for (const n of up ? this.up(at) : this.down(at)) {
          if (!found.has(n)) {
            found.set(n, d);
            next.push(n);
          }
        }
      }
      level = next;
    }
    return found;
  }

  // find is the nodes whose names hold a text, those that begin with it first.
  find(text, limit) {
    const wanted = text.trim().toLowerCase();
    const begin = [], within = [];
    if (wanted === "") return begin;
    for (let i = 0; i < this.count; i++) {
      const at = this.names[i].toLowerCase().indexOf(wanted);
      if (at === 0) begin.push(i);
      else if (at > 0) within.push(i);
    }
    return begin.concat(within).slice(0, limit);
  }
}

// graphNeighbours are the other ends of the edges of each node, one node's after the other's, and where they begin; side is the place of its own end
// in an edge. A list for each of ten thousand nodes would take longer to make than a neighbourhood takes to draw.
function graphNeighbours(n, edges, side) {
  const begin = new Int32Array(n + 1);
  for (let e = side; e < edges.length; e += 2) begin[edges[e] + 1]++;
  for (let i = 0; i < n; i++) begin[i + 1] += begin[i];
  const all = new Int32Array(edges.length / 2), next = begin.slice();
  for (let e = side; e < edges.length; e += 2) all[next[edges[e]]++] = edges[e ^ 1];
  return {begin, all};
}

function graphSlice({begin, all}, i) {
  return begin[i] === begin[i + 1] ? GRAPH_NONE : all.subarray(begin[i], begin[i + 1]);
}
