// The search: names first, then the words of columns, tags, owners, descriptions and code. A word that is not found is looked for with
// slips of the pen.

import {store} from "./store.js";

const fields = [
  { bit: 1, word: "column", weight: 90 },
  { bit: 2, word: "tag", weight: 70 },
  { bit: 4, word: "owner", weight: 60 },
  { bit: 8, word: "description", weight: 30 },
  { bit: 16, word: "code", weight: 12 },
];
const placeBits = 5;
const mostWords = 120;

let prepared;

export function prepareSearch() {
  prepared = prepared || Promise.all([store.names(), store.load("words")]).then(([names, words]) => {
    const lower = names.name.map((name) => name.toLowerCase());
    return { names, lower, masks: lower.map(letters), words: vocabulary(words), parts: words.parts, wordsInPart: words.wordsInPart };
  });
  return prepared;
}

// Loads what the search will need, so that the first key that is pressed finds all.
export async function warmSearch() {
  const p = await prepareSearch();
  await Promise.all(Array.from({ length: p.parts }, (_, k) => store.load("words/" + k)));
}

// Each word is told by how many letters it shares with the one before.
function vocabulary(told) {
  const out = [];
  let before = "";
  if (!told.words) return out;
  for (const line of told.words.split("\n")) {
    before = before.slice(0, parseInt(line[0], 36)) + line.slice(1);
    out.push(before);
  }
  return out;
}

// The letters of a text as bits: two texts that differ in few letters differ in few bits.
function letters(text) {
  let mask = 0;
  for (let i = 0; i < text.length; i++) mask |= 1 << (text.charCodeAt(i) % 31);
  return mask;
}

function bits(n) {
  let count = 0;
  for (let rest = n >>> 0; rest; rest &= rest - 1) count++;
  return count;
}

function slipsAllowed(term) {
  return term.length < 4 ? 0 : term.length < 8 ? 1 : 2;
}

// How many letters are wrong, missing, too many or swapped, or more than most.
function slips(a, b, most) {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let best = i;
    for (let j = 1; j <= b.length; j++) {
      let n = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) n = Math.min(n, before[j - 2] + 1);
      row.push(n);
      if (n < best) best = n;
    }
    if (best > most) return most + 1;
    before = last;
    last = row;
  }
  return last[b.length];
}

// How well a text has a term: 1 is the same, 0 not at all.
function likeness(text, term) {
  const at = text.indexOf(term);
  if (at < 0) return 0;
  if (text.length === term.length) return 1;
  const begins = at === 0 || !/[a-z0-9]/.test(text[at - 1]);
  return (begins ? (at === 0 ? 0.75 : 0.6) : 0.4) + (0.2 * term.length) / text.length;
}

// What a term found: of each node the score, where the term stands in it, and the word that stands there. Nodes are tens of thousands, so
// these are arrays of numbers.
class Hits {
  constructor(size) {
    this.score = new Float32Array(size);
    this.field = new Uint8Array(size); // a place in fields, plus 1; 0 for the name
    this.word = new Int32Array(size).fill(-1); // a place in the vocabulary
    this.found = 0;
  }

  take(node, score, field, word) {
    const known = this.score[node];
    if (!known) this.found++;
    if (score > known) {
      this.score[node] = score + known / 20;
      this.field[node] = field;
      this.word[node] = word;
    } else {
      this.score[node] = known + score / 20;
    }
  }
}

function nameScores(p, term, hits) {
  for (let i = 0; i < p.lower.length; i++) {
    const like = likeness(p.lower[i], term);
    if (like) hits.take(i, 1000 * like, 0, -1);
  }
}

function slippedNames(p, term, hits) {
  const most = slipsAllowed(term);
  if (!most) return;
  const mask = letters(term);
  for (let i = 0; i < p.lower.length; i++) {
    if (hits.score[i] || bits(mask & ~p.masks[i]) > most) continue;
    let best = most + 1;
    for (const part of nameParts(p.lower[i])) best = Math.min(best, slips(term, part, most));
    if (best <= most) hits.take(i, 320 - 80 * best, 0, -1);
  }
}

function nameParts(name) {
  const parts = name.split(/[_.]/);
  return parts.length > 1 ? [name, ...parts] : parts;
}

// The places in the vocabulary of the words that are like a term, the most alike first.
function alike(p, term, slipped) {
  const out = [];
  const most = slipsAllowed(term);
  const mask = letters(term);
  for (let i = 0; i < p.words.length; i++) {
    const like = likeness(p.words[i], term);
    if (like) {
      out.push([i, like]);
    } else if (slipped && most && Math.abs(p.words[i].length - term.length) <= most && bits(mask & ~letters(p.words[i])) <= most) {
      const n = slips(term, p.words[i], most);
      if (n <= most) out.push([i, 0.35 - 0.1 * n]);
    }
  }
  return out.sort((a, b) => b[1] - a[1]).slice(0, mostWords);
}

async function wordScores(p, term, slipped, hits) {
  for (const [word, like] of alike(p, term, slipped)) {
    const part = await store.load("words/" + Math.floor(word / p.wordsInPart));
    let at = 0;
    for (const step of part.places[word - part.from]) {
      at += step;
      const field = fieldOf[at & 31];
      hits.take(at >> placeBits, fields[field].weight * like, field + 1, word);
    }
  }
}

// The weightiest field of every set of bits.
const fieldOf = Array.from({ length: 32 }, (_, set) => Math.max(0, fields.findIndex((field) => set & field.bit)));

async function termHits(p, term) {
  const hits = new Hits(p.lower.length);
  nameScores(p, term, hits);
  const named = hits.found;
  await wordScores(p, term, false, hits);
  if (named < 3) slippedNames(p, term, hits);
  if (hits.found < 3) await wordScores(p, term, true, hits);
  return hits;
}

const typeBoost = { model: 40, source: 30, exposure: 25, sync: 25, seed: 20, snapshot: 20, metric: 20 };

// The nodes that have all terms of a query, the best first: their places in the names, and where each was found.
export async function search(query, limit) {
  const p = await prepareSearch();
  const terms = [...new Set(query.toLowerCase().split(/[\s,]+/).filter(Boolean))].slice(0, 6);
  const all = [];
  for (const term of terms) all.push(await termHits(p, term));
  const boosts = p.names.types.map((type) => typeBoost[type] || 0);
  const sums = new Float32Array(p.lower.length);
  const found = [];
  for (let i = 0; all.length && i < sums.length; i++) {
    let sum = boosts[p.names.type[i]];
    for (const hits of all) {
      if (!hits.score[i]) {
        sum = 0;
        break;
      }
      sum += hits.score[i];
    }
    if (!sum) continue;
    sums[i] = sum;
    found.push(i);
  }
  const better = (a, b) => sums[b] - sums[a] || p.lower[a].length - p.lower[b].length || a - b;
  return { total: found.length, names: p.names, results: firstOf(found, limit, better).map((i) => told(p, all, i)) };
}

// The best of a list: what cannot be among them is not sorted.
function firstOf(list, limit, better) {
  if (list.length <= 4 * limit) return list.sort(better).slice(0, limit);
  let best = list.slice(0, limit).sort(better);
  for (let i = limit; i < list.length; i++) {
    if (better(list[i], best[limit - 1]) >= 0) continue;
    best.push(list[i]);
    best = best.sort(better).slice(0, limit);
  }
  return best;
}

// Of several terms the one tells where the node was found that says most.
function told(p, all, node) {
  const hits = all.reduce((best, other) => (other.score[node] > best.score[node] ? other : best));
  const field = hits.field[node];
  return { node, field: field ? fields[field - 1].word : "name", word: hits.word[node] < 0 ? "" : p.words[hits.word[node]] };
}
