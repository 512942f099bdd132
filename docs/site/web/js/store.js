// The data of the site: pieces that are loaded when they are first needed, and kept.

const waiting = new Map();
const loaded = new Map();
const own = document.currentScript ? document.currentScript.dataset : {};
const stamp = own.stamp || "";

function receive(key, value) {
  const wait = waiting.get(key);
  if (wait) wait.resolve(value);
  else loaded.set(key, Promise.resolve(value));
}

window.__mod = receive;

function load(key) {
  if (!loaded.has(key)) loaded.set(key, fetchPiece(key));
  return loaded.get(key);
}

// A piece is a block of this document, in a site of one file, or else a script beside it.
function fetchPiece(key) {
  const block = document.querySelector('script[data-key="' + key + '"]');
  if (block) return unpack(block);
  return new Promise((resolve, reject) => {
    waiting.set(key, { resolve });
    loadScript("data/" + key + ".js?" + stamp).then(() => waiting.delete(key), (error) => {
      waiting.delete(key);
      loaded.delete(key);
      reject(error);
    });
  });
}

// unpack reads a block, JSON by gzip in base64, and drops it.
function unpack(block) {
  const bytes = Uint8Array.from(atob(block.textContent), (letter) => letter.charCodeAt(0));
  block.remove();
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

function loadScript(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = () => { script.remove(); resolve(); };
    script.onerror = () => { script.remove(); reject(new Error(src.split("?")[0] + " is missing")); };
    document.head.append(script);
  });
}

// Modules that the first page does not need are in a script of their own: import() of them is a call of this once all is joined. A site of
// one file has it in the document.
let lateModules;

export function later(path) {
  lateModules = lateModules || (window.__modLater ? Promise.resolve() : loadScript(own.later)).then(() => window.__modLater(), (error) => {
    lateModules = undefined;
    throw error;
  });
  return lateModules.then((modules) => modules[path]);
}

// FNV-1a over the bytes of the ID: the file that Go put the node into.
function partOf(id, parts) {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0) % parts;
}

async function inPart(kind, id) {
  const project = await load("project");
  const part = await load(kind + "/" + partOf(id, project.parts));
  return part[id];
}

function idsOf(names) {
  names.id.forEach((id, i) => {
    if (!id) names.id[i] = names.types[names.type[i]] + "." + names.packages[names.package[i]] + "." + names.name[i];
  });
  return names;
}

let known;

export const store = {
  load,
  project: () => load("project"),
  node: (id) => inPart("nodes", id),
  columns: async (id) => (await inPart("columns", id)) || { in: [], out: [], names: {} },
  graph: () => load("graph"),
  runs: () => load("runs"),
  run: (place) => load("runs/" + place),
  tests: () => load("tests"),
  lists: () => load("lists"),
  names: () => (known = known || load("names").then(idsOf)),
};
