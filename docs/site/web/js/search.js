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

function nameScores(p, term, out) {
  let found = 0;
  for (let i = 0; i < p.lower.length; i++) {
    const like = likeness(p.lower[i], term);
    if (!like) continue;
    found++;
    out.set(i, { score: 1000 * like, field: "name", word: term });
  }
  return found;
}

function slippedNames(p, term, out) {
  const most = slipsAllowed(term);
  if (!most) return;
  const mask = letters(term);
  for (let i = 0; i < p.lower.length; i++) {
    if (out.has(i) || bits(mask & ~p.masks[i]) > most) continue;
    for (const part of nameParts(p.lower[i])) {
      const n = slips(term, part, most);
      if (n <= most) {
        out.set(i, { score: 320 - 80 * n, field: "name", word: part });
        break;
      }
    }
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

async function wordScores(p, term, slipped, out) {
  for (const [word, like] of alike(p, term, slipped)) {
    const part = await store.load("words/" + Math.floor(word / p.wordsInPart));
    let at = 0;
    for (const step of part.places[word - part.from]) {
      at += step;
      const node = at >> placeBits;
      for (const field of fields) {
        if (!(at & field.bit)) continue;
        const score = field.weight * like;
        const known = out.get(node);
        if (!known) out.set(node, { score, field: field.word, word: p.words[word] });
        else known.score += score / 10;
        if (known && known.field !== "name" && known.score < score) Object.assign(known, { score, field: field.word, word: p.words[word] });
        break;
      }
    }
  }
}

async function termScores(p, term) {
  const out = new Map();
  const named = nameScores(p, term, out);
  await wordScores(p, term, false, out);
  if (named < 3) slippedNames(p, term, out);
  if (out.size < 3) await wordScores(p, term, true, out);
  return out;
}

const typeBoost = { model: 40, source: 30, exposure: 25, sync: 25, seed: 20, snapshot: 20, metric: 20 };

// The nodes that have all terms of a query, the best first: their places in the names, and where each was found.
export async function search(query, limit) {
  const p = await prepareSearch();
  const terms = query.toLowerCase().split(/[\s,]+/).filter(Boolean).slice(0, 6);
  if (!terms.length) return { total: 0, results: [] };
  let all;
  for (const term of terms) {
    const scores = await termScores(p, term);
    if (!all) {
      all = scores;
      continue;
    }
    const both = new Map();
    for (const [node, hit] of all) {
      const other = scores.get(node);
      if (other) both.set(node, hit.score >= other.score ? { ...hit, score: hit.score + other.score } : { ...other, score: hit.score + other.score });
    }
    all = both;
  }
  const results = [...all].map(([node, hit]) => ({ node, ...hit, score: hit.score + (typeBoost[p.names.types[p.names.type[node]]] || 0) }));
  results.sort((a, b) => b.score - a.score || p.lower[a.node].length - p.lower[b.node].length || a.node - b.node);
  return { total: results.length, results: results.slice(0, limit), names: p.names };
}
