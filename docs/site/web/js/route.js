// Addresses within the site: what follows the # in the browser's.

const plural = { model: "models", seed: "seeds", snapshot: "snapshots", source: "sources", test: "tests" };

export function nodeHref(type, id, tab) {
  return "#/" + type + "/" + encodeURIComponent(id) + (tab ? "/" + tab : "");
}

export function columnHref(type, id, column) {
  return nodeHref(type, id) + "/column/" + encodeURIComponent(column);
}

export function typeOf(id) {
  return id.slice(0, id.indexOf("."));
}

export function typeWord(type, count) {
  const word = type.replaceAll("_", " ");
  if (count === 1) return word;
  return (plural[type] || (word.endsWith("y") ? word.slice(0, -1) + "ie" : word) + "s").replaceAll("_", " ");
}

// The parts of an address, and what follows its question mark.
export function parseRoute(hash) {
  const [path, query] = hash.replace(/^#?\/?/, "").split("?");
  const parts = path.split("/").filter((part) => part !== "").map(decodePart);
  return { parts, query: new URLSearchParams(query || "") };
}

function decodePart(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
