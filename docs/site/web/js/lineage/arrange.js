// A layout for what is looked at in detail: some nodes, in layers from left to right. It is the method of the layout that is made for the
// whole project, and begins with its order, so that what one sees here and there is arranged alike.

const ARRANGE_LINE = 6; // the gap between lines that pass a layer
const ARRANGE_PULL = [1, 2, 8]; // how much a piece of an edge wants to be level, by how many of its ends are bends

// arrange gives boxes ({w, h, order}) their x and y, the left upper corner, and edges ({from, to}, by index) their bends: for each
// layer that they pass, the left and the right end of the level piece. Edges of one box share their bends, unless their lines differ
// ({line}, a name).
export function arrange(boxes, edges, {layerGap = 72, nodeGap = 14} = {}) {
  const forward = arrangeForward(boxes.length, edges);
  const layer = arrangeLayers(boxes.length, forward);
  const proper = arrangeProper(boxes, forward, layer);
  arrangeOrder(proper);
  const wide = proper.rows.map(row => Math.max(0, ...row.map(v => v.box ? v.box.w : 0)));
  const left = [];
  let x = 0;
  for (const w of wide) {
    left.push(x);
    x += w + layerGap;
  }
  arrangePlace(proper, nodeGap);
  let top = Infinity, bottom = -Infinity;
  for (const v of proper.vertices) {
    top = Math.min(top, v.y - v.half);
    bottom = Math.max(bottom, v.y + v.half);
  }
  boxes.forEach((box, i) => {
    const v = proper.vertices[i];
    box.layer = v.layer;
    box.x = left[v.layer];
    box.y = v.y - v.half - top;
  });
  edges.forEach((e, k) => {
    const f = forward[k];
    e.bends = [];
    if (!f) return;
    const passes = proper.lines.get(f.from + ":" + f.line).slice(0, Math.max(0, layer[f.to] - layer[f.from] - 1));
    for (const v of passes) e.bends.push(left[v.layer], v.y - top, left[v.layer] + wide[v.layer], v.y - top);
    e.back = f.from !== e.from;
  });
  return {width: Math.max(0, x - layerGap), height: boxes.length ? bottom - top : 0, layers: wide.length};
}

// arrangeForward turns edges round that close a cycle; one to its own box is null.
function arrangeForward(n, edges) {
  const out = Array.from({length: n}, () => []);
  const forward = edges.map(e => e.from === e.to ? null : {from: e.from, to: e.to, line: e.line ?? ""});
  for (const f of forward) if (f) out[f.from].push(f);
  const state = new Uint8Array(n);
  for (let root = 0; root < n; root++) {
    if (state[root]) continue;
    state[root] = 1;
    const stack = [[root, 0]];
    while (stack.length) {
      const top = stack[stack.length - 1];
      if (top[1] === out[top[0]].length) {
        state[top[0]] = 2;
        stack.pop();
        continue;
      }
      const f = out[top[0]][top[1]++];
      if (f.turned) continue;
      if (state[f.to] === 1) {
        f.turned = true;
        [f.from, f.to] = [f.to, f.from];
      } else if (!state[f.to]) {
        state[f.to] = 1;
        stack.push([f.to, 0]);
      }
    }
  }
  return forward;
}

// arrangeLayers puts each box behind all that lead to it, and then as near to those that it leads to as edges get shorter by that.
function arrangeLayers(n, forward) {
  const ins = Array.from({length: n}, () => []), outs = Array.from({length: n}, () => []);
  for (const f of forward) {
    if (!f) continue;
    ins[f.to].push(f.from);
    outs[f.from].push(f.to);
  }
  const layer = new Int32Array(n), left = ins.map(list => list.length);
  const order = [];
  for (let i = 0; i < n; i++) if (!left[i]) order.push(i);
  for (let k = 0; k < order.length; k++) {
    for (const to of outs[order[k]]) {
      layer[to] = Math.max(layer[to], layer[order[k]] + 1);
      if (--left[to] === 0) order.push(to);
    }
  }
  for (let round = 0; round < 4; round++) {
    for (const i of order.slice().reverse()) {
      if (outs[i].length > ins[i].length) layer[i] = Math.min(...outs[i].map(o => layer[o])) - 1;
    }
    for (const i of order) {
      if (ins[i].length > outs[i].length) layer[i] = Math.max(...ins[i].map(o => layer[o])) + 1;
    }
  }
  const used = [...new Set(layer)].sort((a, b) => a - b);
  return layer.map(l => used.indexOf(l));
}

// arrangeProper adds the bends of long edges, by their lines.
function arrangeProper(boxes, forward, layer) {
  const vertices = boxes.map((box, i) => ({box, number: i, layer: layer[i], half: box.h / 2, order: box.order, ins: [], outs: [], y: 0}));
  const lines = new Map();
  const joined = new Set();
  for (const f of forward) {
    if (!f) continue;
    let end = vertices[f.from];
    const key = f.from + ":" + f.line;
    if (!lines.has(key)) lines.set(key, []);
    const line = lines.get(key);
    for (let l = layer[f.from] + 1; l < layer[f.to]; l++) {
      let bend = line[l - layer[f.from] - 1];
      if (!bend) {
        bend = {box: null, number: vertices.length, layer: l, half: 0, order: boxes[f.from].order, ins: [end], outs: [], y: 0};
        end.outs.push(bend);
        line.push(bend);
        vertices.push(bend);
      }
      end = bend;
    }
    const pair = end.number + ">" + f.to;
    if (joined.has(pair)) continue;
    joined.add(pair);
    end.outs.push(vertices[f.to]);
    vertices[f.to].ins.push(end);
  }
  const rows = [];
  for (const v of vertices) (rows[v.layer] ||= []).push(v);
  for (const row of rows) row.sort((a, b) => a.order - b.order);
  return {vertices, lines, rows};
}

// arrangeOrder looks for few crossings: sweeps of barycentres, and exchanges of neighbours.
function arrangeOrder(proper) {
  arrangeNumber(proper.rows);
  let best = proper.rows.map(row => row.slice()), fewest = arrangeCrossings(proper.rows);
  for (let round = 0, idle = 0; round < 16 && fewest > 0 && idle < 5; round++, idle++) {
    const side = round % 2 ? "outs" : "ins";
    const rows = round % 2 ? proper.rows.slice().reverse() : proper.rows;
    for (const row of rows) {
      const movable = [], slots = [];
      row.forEach((v, place) => {
        if (!v[side].length) return;
        v.mean = v[side].reduce((sum, o) => sum + o.place, 0) / v[side].length;
        movable.push(v);
        slots.push(place);
      });
      movable.sort((a, b) => a.mean - b.mean || a.place - b.place);
      movable.forEach((v, k) => { row[slots[k]] = v; });
      row.forEach((v, place) => { v.place = place; });
    }
    arrangeExchange(proper.rows);
    const n = arrangeCrossings(proper.rows);
    if (n < fewest) {
      best = proper.rows.map(row => row.slice());
      fewest = n;
      idle = 0;
    }
  }
  proper.rows = best;
  arrangeNumber(best);
}

function arrangeNumber(rows) {
  for (const row of rows) row.forEach((v, place) => { v.place = place; });
}

function arrangeExchange(rows) {
  for (let pass = 0, better = true; better && pass < 6; pass++) {
    better = false;
    for (const row of rows) {
      for (let i = 1; i < row.length; i++) {
        const a = row[i - 1], b = row[i];
        const gain = arrangePairs(a.ins, b.ins) - arrangePairs(b.ins, a.ins) + arrangePairs(a.outs, b.outs) - arrangePairs(b.outs, a.outs);
        if (gain <= 0) continue;
        row[i - 1] = b;
        row[i] = a;
        b.place = i - 1;
        a.place = i;
        better = true;
      }
    }
  }
}

// arrangePairs counts the crossings of the edges to first and to second when first's end comes before.
function arrangePairs(first, second) {
  let n = 0;
  for (const a of first) for (const b of second) if (b.place < a.place) n++;
  return n;
}

function arrangeCrossings(rows) {
  let n = 0;
  for (const row of rows) for (let i = 1; i < row.length; i++) for (let k = 0; k < i; k++) n += arrangePairs(row[k].outs, row[i].outs);
  return n;
}

// arrangePlace gives the vertices their y: each layer in turn as near to its neighbours as gaps let it.
function arrangePlace(proper, nodeGap) {
  const gaps = proper.rows.map(row => {
    const out = [0];
    for (let i = 1; i < row.length; i++) {
      const a = row[i - 1], b = row[i];
      const gap = a.box && b.box ? nodeGap : a.box || b.box ? (nodeGap + ARRANGE_LINE) / 2 : ARRANGE_LINE;
      out.push(out[i - 1] + a.half + gap + b.half);
    }
    row.forEach((v, i) => { v.y = out[i] - out[row.length - 1] / 2; });
    return out;
  });
  const settle = (l, ins, outs) => {
    const row = proper.rows[l], want = [], weight = [];
    row.forEach((v, i) => {
      let sum = 0, total = 0;
      for (const o of (ins ? v.ins : []).concat(outs ? v.outs : [])) {
        const pull = ARRANGE_PULL[(v.box ? 0 : 1) + (o.box ? 0 : 1)];
        sum += pull * o.y;
        total += pull;
      }
      if (!total) {
        total = 0.05;
        sum = total * v.y;
      }
      want.push(sum / total - gaps[l][i]);
      weight.push(total);
    });
    arrangeRising(want, weight).forEach((y, i) => { row[i].y = y + gaps[l][i]; });
  };
  for (let round = 0; round < 14; round++) {
    const both = round >= 12;
    for (let l = 0; l < proper.rows.length; l++) settle(l, true, both);
    for (let l = proper.rows.length - 1; l >= 0; l--) settle(l, both, true);
  }
}

// arrangeRising is the sequence that never falls and is nearest to want by weighted squares.
function arrangeRising(want, weight) {
  const pools = [];
  want.forEach((mean, i) => {
    pools.push({mean, weight: weight[i], n: 1});
    while (pools.length > 1 && pools[pools.length - 2].mean >= pools[pools.length - 1].mean) {
      const b = pools.pop(), a = pools[pools.length - 1];
      a.mean = (a.mean * a.weight + b.mean * b.weight) / (a.weight + b.weight);
      a.weight += b.weight;
      a.n += b.n;
    }
  });
  return pools.flatMap(p => Array(p.n).fill(p.mean));
}
