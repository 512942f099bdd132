// The only ways in which this site makes nodes of its document. Texts are always text: nothing of a project is parsed as HTML.

const svgSpace = "http://www.w3.org/2000/svg";

function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (name === "style") {
      for (const [property, setting] of Object.entries(value)) node.style.setProperty(property, setting);
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  return node;
}

export function put(node, ...children) {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false || child === "") continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
}

export function el(tag, attributes, ...children) {
  return put(setAttributes(document.createElement(tag), attributes), children);
}

export function svg(tag, attributes, ...children) {
  return put(setAttributes(document.createElementNS(svgSpace, tag), attributes), children);
}

export function clear(node) {
  node.replaceChildren();
  return node;
}

const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };

// A table, or some of its rows, that a phone shows as a list: it stays a table for who cannot see it, and its cells know what they are headed.
export function tabular(root, titles) {
  for (const node of [root, ...root.querySelectorAll("*")]) {
    const role = node.tagName === "TH" ? (node.scope === "row" ? "rowheader" : "columnheader") : roles[node.tagName];
    if (role) node.setAttribute("role", role);
    if (node.tagName === "TD" && !node.hasAttribute("colspan")) node.setAttribute("data-head", titles[node.cellIndex] || "");
  }
  return root;
}

// An address that a project gives: only those that open a page or a mail are followed.
export function safeURL(text) {
  const address = String(text).trim();
  return /^(https?:|mailto:)/i.test(address) ? address : "";
}
