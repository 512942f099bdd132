// The search as one sees it: a box over the page, a list below it, all by keyboard.

import {clear, el} from "./dom.js";
import {columnHref, nodeHref, typeWord} from "./route.js";
import {count} from "./format.js";
import {prepareSearch, search, warmSearch} from "./search.js";

const shown = 30;

export function makePalette(pages) {
  const input = el("input", {
    type: "search", role: "combobox", "aria-expanded": "true", "aria-controls": "found", "aria-autocomplete": "list", "aria-label": "Search",
    placeholder: "Search models, columns, tags, owners, SQL …", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go",
  });
  const found = el("ul", { id: "found", role: "listbox", "aria-label": "Results" });
  const told = el("p", { class: "told", role: "status" });
  const hints = el("p", { class: "keys", "aria-hidden": "true" }, el("kbd", {}, "↑"), el("kbd", {}, "↓"), " choose ", el("kbd", {}, "↵"), " open ", el("kbd", {}, "esc"), " close");
  const box = el("dialog", { class: "palette", "aria-label": "Search" }, el("div", { class: "field" }, input), found, el("footer", {}, told, hints));
  document.body.append(box);
  let chosen = 0;
  let asked = 0;

  const choose = (place) => {
    const items = [...found.children];
    if (!items.length) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    chosen = (place + items.length) % items.length;
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
    input.setAttribute("aria-activedescendant", items[chosen].id);
    items[chosen].scrollIntoView({ block: "nearest" });
  };

  const open = (href) => {
    box.close();
    location.hash = href;
  };

  const item = (i, href, children) => el("li", {
    id: "found-" + i, role: "option", "aria-selected": "false", "data-href": href,
    on: { click: () => open(href), mousemove: () => chosen !== i && choose(i) },
  }, children);

  const ask = async () => {
    const mine = ++asked;
    const query = input.value.trim();
    if (!query) {
      clear(found).append(...pages.map(([title, href], i) => item(i, href, [el("span", { class: "chip" }, "page"), el("span", { class: "name" }, title)])));
      told.textContent = "";
      choose(0);
      return;
    }
    const began = performance.now();
    const answer = await search(query, shown);
    if (mine !== asked) return;
    clear(found).append(...answer.results.map((hit, i) => result(item, answer.names, hit, i)));
    told.textContent = answer.total ? count(answer.total) + " found" : "Nothing is called or says that.";
    box.dataset.asked = query;
    box.dataset.took = (performance.now() - began).toFixed(1);
    choose(0);
  };

  input.addEventListener("input", ask);
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
    if (step) {
      event.preventDefault();
      choose(chosen + step);
    } else if (event.key === "Enter" && found.children[chosen]) {
      event.preventDefault();
      open(found.children[chosen].dataset.href);
    }
  });
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  return {
    open(text) {
      if (box.open) return;
      input.value = text || "";
      box.showModal();
      input.select();
      prepareSearch().then(ask).then(warmSearch);
    },
  };
}

function result(item, names, hit, i) {
  const type = names.types[names.type[hit.node]];
  const id = names.id[hit.node];
  const isColumn = hit.field === "column";
  const why = hit.field === "name" ? names.folders[names.folder[hit.node]] : hit.field + " " + hit.word;
  return item(i, isColumn ? columnHref(type, id, hit.word) : nodeHref(type, id), [
    el("span", { class: "chip type-" + type }, typeWord(type, 1)),
    el("span", { class: "name" }, names.name[hit.node], isColumn && el("span", { class: "column" }, "." + hit.word)),
    el("span", { class: "why" }, isColumn ? "column" : why),
  ]);
}

