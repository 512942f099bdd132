// The frame around every page: navigation, search, keys, light and dark.

import {clear, el, put} from "./dom.js";
import {makePalette} from "./palette.js";
import {parseRoute} from "./route.js";
import {store} from "./store.js";
import {overviewPage} from "./pages/overview.js";

// Each page: its address, its name, and the key that opens it after g.
const pages = [
  ["", "Overview", "o"],
  ["nodes", "Models", "m"],
  ["lineage", "Lineage", "l"],
  ["sources", "Sources", "s"],
  ["tests", "Tests", "t"],
  ["runs", "Runs", "r"],
  ["exposures", "Exposures", "e"],
  ["syncs", "Syncs", "y"],
  ["access", "Access", "a"],
  ["glossary", "Glossary", "d"],
  ["changes", "Changes", "c"],
  ["environments", "Environments", "v"],
  ["diagnostics", "Diagnostics", "p"],
];

const content = el("main", { id: "content", tabindex: "-1" });
const navigation = el("nav", { id: "pages", "aria-label": "Pages" }, el("ul", {}, pages.map(([path, title]) => el("li", {}, el("a", { href: "#/" + path }, title)))));
const palette = makePalette(pages.map(([path, title]) => [title, "#/" + path]));
let pageTitle = "";

function frame(project) {
  const app = clear(document.getElementById("app"));
  const menu = el("button", { class: "menu", type: "button", "aria-expanded": "false", "aria-controls": "pages", on: { click: () => openMenu(!document.body.classList.contains("menu-open")) } }, "Menu");
  put(app, el("a", { class: "skip", href: "#content", on: { click: (event) => { event.preventDefault(); content.focus(); } } }, "Skip to content"),
    el("header", { class: "top" },
      menu,
      el("a", { class: "brand", href: "#/" }, project.name),
      el("button", { class: "search-button", type: "button", "aria-keyshortcuts": "/", on: { click: () => palette.open() } }, el("span", {}, "Search"), el("kbd", {}, "/")),
      el("button", { class: "theme", type: "button", on: { click: switchTheme } }, "Theme"),
      el("button", { class: "help", type: "button", "aria-label": "Keys", "aria-keyshortcuts": "?", on: { click: () => help.showModal() } }, "?")),
    el("div", { class: "body" }, navigation, content));
}

function openMenu(open) {
  document.body.classList.toggle("menu-open", open);
  document.querySelector(".menu").setAttribute("aria-expanded", String(open));
}

// Shows what the address says. A page that was left before it was ready is not shown.
let turn = 0;

async function show() {
  const mine = ++turn;
  const route = parseRoute(location.hash);
  const page = el("div", { class: "page" });
  const listed = pages.find(([path]) => path === (route.parts[0] || ""));
  let title;
  try {
    const shown = listed && listed[0] === "" ? overviewPage : (await import("./pages/later.js")).laterPage(listed && listed[0], route);
    title = await shown(page, route);
  } catch (error) {
    clear(page).append(el("header", { class: "page-head" }, el("h1", {}, "This page cannot be shown"), el("p", { class: "lead" }, String(error.message || error))));
  }
  if (mine !== turn) return;
  clear(content).append(page);
  const project = await store.project();
  document.title = (title ? title + " · " : "") + project.name;
  for (const link of navigation.querySelectorAll("a")) {
    if (link.getAttribute("href") === "#/" + (listed ? listed[0] : "nodes")) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  openMenu(false);
  if (pageTitle !== "" || title !== pageTitle) content.scrollTop = 0;
  if (pageTitle !== document.title && turn > 1) {
    window.scrollTo(0, 0);
    content.focus({ preventScroll: true });
  }
  pageTitle = document.title;
  if (turn === 1) performance.mark("shown");
  document.documentElement.dataset.ready = location.hash || "#/";
  const open = page.querySelector("tr.open");
  if (open) open.scrollIntoView({ block: "center" });
}

// Light and dark: as the system has it, until one chooses.
const themes = ["", "light", "dark"];

function theme() {
  try {
    return localStorage.getItem("mod-theme") || "";
  } catch {
    return "";
  }
}

function setTheme(name) {
  if (name) document.documentElement.dataset.theme = name;
  else delete document.documentElement.dataset.theme;
}

function switchTheme() {
  const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const next = themes[dark ? 1 : 2];
  setTheme(next);
  try {
    localStorage.setItem("mod-theme", next);
  } catch { /* a browser that keeps nothing */ }
}

// Keys: / and Ctrl-K search, g and a letter go to a page, j and k walk through the rows, ? tells all that.
const help = el("dialog", { class: "help-box", "aria-label": "Keys" }, el("h2", {}, "Keys"),
  el("dl", {}, [["/", "search"], ["j  k", "next and last row or link of the page"], ["Enter", "open"], ["[  ]", "last and next view of a node"], ["Esc", "close"], ["?", "these keys"], ...pages.map(([, title, key]) => ["g " + key, title])].map(([key, what]) =>
    el("div", {}, el("dt", {}, key.split(/ +/).map((k) => [el("kbd", {}, k), " "])), el("dd", {}, what)))),
  el("form", { method: "dialog" }, el("button", {}, "Close")));

let afterG = false;

function onKey(event) {
  const typing = event.target.closest("input, select, textarea, [contenteditable]");
  if ((event.ctrlKey || event.metaKey) && event.key === "k") {
    event.preventDefault();
    palette.open();
    return;
  }
  if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (afterG) {
    afterG = false;
    const page = pages.find(([, , key]) => key === event.key);
    if (page) location.hash = "#/" + page[0];
    return;
  }
  const actions = { "/": () => palette.open(), "?": () => help.showModal(), g: () => { afterG = true; }, j: () => walk(1), k: () => walk(-1), "[": () => nextTab(-1), "]": () => nextTab(1) };
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
}

function walk(step) {
  const rows = [...content.querySelectorAll("tbody th a, .links a, .attention .node, .card h2 a, .change-item summary, .finding-at .node")];
  if (!rows.length) return;
  const at = rows.indexOf(document.activeElement);
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : (at + step + rows.length) % rows.length];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function nextTab(step) {
  const tabs = [...content.querySelectorAll(".tabs a")];
  const at = tabs.findIndex((tab) => tab.getAttribute("aria-current"));
  if (tabs[at + step]) location.hash = tabs[at + step].getAttribute("href");
}

// A site that mod serves tells of changes.
function listen() {
  if (!document.querySelector('meta[name="live"]') || !window.EventSource) return;
  const source = new EventSource("_news");
  source.addEventListener("changed", () => location.reload());
}

async function start() {
  setTheme(theme());
  document.body.append(help);
  frame(await store.project());
  window.addEventListener("hashchange", show);
  document.addEventListener("keydown", onKey);
  await show();
  listen();
}

start();
