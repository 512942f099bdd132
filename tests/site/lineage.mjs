// Looks at the views of lineage: cases for check.mjs.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ok, open, phone, same, violations, wide } from "./browser.mjs";

const orders = "model.shop.orders";

const shown = (page) => page.$$eval(".lin-node", (nodes) => nodes.map((n) => n.dataset.key.split(".").pop()).sort());
const focused = (page) => page.evaluate(() => (document.activeElement.dataset.key || document.activeElement.textContent).split(".").pop());

async function saved(page, button) {
  const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=" + button)]);
  return readFile(await file.path(), "utf8");
}

async function at(site, hash) {
  await site.go(hash);
  await site.page.waitForSelector(".lin-stage svg, .lin-stage canvas");
}

export const lineage = {
  // The map shows the whole project, from its seeds to where its syncs go, tells of a chosen node, and finds one by its name.
  async map(browser, base) {
    const site = await open(browser, base), { page } = site;
    await at(site, "#/lineage");
    const names = await shown(page);
    for (const want of ["raw_orders", "orders", "weekly_trading_report", "lapsed_customers", "destination:exports"]) ok(names.includes(want), want + " is on the map");
    await page.click('.lin-node[data-key="' + orders + '"]');
    const card = await page.innerText(".lin-card");
    for (const want of ["orders", "marts", "Upstream", "Downstream"]) ok(card.includes(want), "the card tells " + want);
    ok(await page.locator(".lin-node.lin-dim").count() > 0, "what has nothing to do with it steps back");
    same(await page.locator('.lin-node.lin-dim[data-key="model.shop.stg_orders"]').count(), 0, "what it is made of steps back");
    same(await violations(page), [], "violations");
    await page.keyboard.press("Escape");
    ok(!(await page.isVisible(".lin-card")), "the card is closed");
    await page.fill(".lin-find", "daily");
    await page.keyboard.press("Enter");
    ok((await page.innerText(".lin-card")).includes("daily_orders"), "the search finds a node");
    await page.selectOption(".lin-choice select", "state");
    ok((await page.innerText(".lin-legend")).includes("succeeded"), "the legend tells the states");
    ok((await page.textContent(".lin-svg")).includes("✓"), "a state is a mark too");
    const svg = await saved(page, "SVG");
    ok(svg.startsWith("<svg") && svg.includes("daily_orders") && !svg.includes("var(--"), "the file stands alone");
    const mermaid = await saved(page, "Mermaid");
    ok(mermaid.startsWith("flowchart LR\n") && mermaid.includes('["daily_orders"]') && mermaid.includes(" --> "), "Mermaid: " + mermaid.slice(0, 200));
    same(site.problems, [], "problems");
  },

  // The neighbourhood of a node grows by a click, by keys, and by its steps.
  async focus(browser, base) {
    const site = await open(browser, base), { page } = site;
    await at(site, "#/model/" + orders + "/lineage");
    const first = ["customers", "daily_orders", "int_order_amounts", "int_order_payments", "order_items", "orders", "stg_orders", "store_months", "unpaid_orders"];
    same(await shown(page), first, "a step each way");
    await page.click('.lin-more[data-more="up"] >> nth=0');
    ok((await shown(page)).length > first.length, "a click shows more");
    await page.focus('.lin-node[data-key="' + orders + '"]');
    await page.keyboard.press("ArrowLeft");
    const before = await focused(page);
    ok(["int_order_amounts", "int_order_payments", "stg_orders"].includes(before), "left leads upstream, not to " + before);
    await page.keyboard.press("ArrowRight");
    same(await focused(page), "orders", "right leads back");
    await page.keyboard.press("ArrowRight");
    const after = await focused(page), count = (await shown(page)).length;
    await page.keyboard.press("Shift+ArrowRight");
    ok((await shown(page)).length >= count, "Shift shows what reads it");
    same(await focused(page), after, "the focus after that");
    same(await violations(page), [], "violations");
    await page.keyboard.press("Enter");
    await page.waitForSelector("h1 >> text=" + after);
    await at(site, "#/lineage?node=" + orders + "&up=0&down=0");
    same(await shown(page), ["orders"], "no steps");
    await page.click('.lin-stepper >> nth=0 >> text="+"');
    same(await shown(page), ["int_order_amounts", "int_order_payments", "orders", "stg_orders"], "a step upstream");
    same(await page.evaluate(() => location.hash), "#/lineage?node=" + orders + "&up=1&down=0", "address");
    await page.click("text=All");
    ok((await shown(page)).includes("raw_payments"), "all that is upstream");
    same(site.problems, [], "problems");
  },

  // What is done to a column is told by the form of a line, not by its colour; its whole way and the reach of a change are a click away.
  async columns(browser, base) {
    const site = await open(browser, base), { page } = site;
    const kinds = () => page.$$eval(".lin-edges .lin-kind", (edges) => [...new Set(edges.map((e) => [e.getAttribute("class").split("lin-kind-")[1], !!e.querySelector("path").getAttribute("stroke-dasharray"), e.querySelector(".lin-sign") ? e.querySelector(".lin-sign").textContent : ""].join(" ")))].sort());
    await at(site, "#/model/" + orders + "/column/order_id");
    same(await kinds(), ["copy false ", "join true J"], "kinds of edges");
    await at(site, "#/lineage?node=" + orders + "&column=customer_id&show=path");
    same(await kinds(), ["aggregate false Σ", "copy false ", "transform false ƒ"], "kinds of edges on the whole path");
    ok((await shown(page)).includes("raw_orders"), "the path begins at the seed");
    same(await violations(page), [], "violations of the path");
    await page.click("text=Impact of a change");
    await page.waitForSelector(".lin-impact h2");
    same(await page.evaluate(() => location.hash), "#/lineage?node=" + orders + "&column=customer_id&show=impact", "address");
    await page.reload();
    await page.waitForSelector(".lin-impact h2");
    ok((await page.innerText(".lin-impact")).includes("Values change"), "the impact is told in words");
    ok(!(await shown(page)).includes("raw_orders"), "what is upstream feels nothing of a change");
    same(await violations(page), [], "violations of the impact");
    await page.focus(".lin-row >> nth=0");
    ok(await page.locator(".lin-kind.lin-on").count() > 0, "a column that has the focus lights its path");
    const mermaid = await saved(page, "Mermaid");
    ok(mermaid.includes("subgraph") && mermaid.includes("|aggregate|"), "Mermaid: " + mermaid.slice(0, 300));
    same(site.problems, [], "problems");
  },

  // No view is wider than its window, or hard to see for anybody.
  async views(browser, base) {
    const found = [];
    for (const [viewport, scheme] of [[wide, "light"], [wide, "dark"], [phone, "light"], [phone, "dark"]]) {
      const site = await open(browser, base, { viewport, scheme });
      for (const hash of ["#/lineage", "#/lineage?colour=state", "#/lineage?node=" + orders, "#/lineage?node=" + orders + "&column=order_id", "#/model/" + orders + "/lineage"]) {
        await at(site, hash);
        const where = hash + ", " + viewport.width + ", " + scheme + ": ";
        for (const v of await violations(site.page)) found.push(where + v);
        if (await site.page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(where + "it is wider than the window");
      }
      found.push(...site.problems);
      await site.close();
    }
    same(found, [], "problems");
  },

  // What is arranged in the browser does not overlap, and leads from left to right.
  async arranged() {
    const text = await readFile(new URL("../../docs/site/web/js/lineage/arrange.js", import.meta.url), "utf8");
    const arrange = new Function(text.replace("export function arrange(", "function arrange(") + "return arrange;")();
    let seed = 1;
    const random = (n) => (seed = (seed * 48271) % 2147483647) % n;
    for (let round = 0; round < 60; round++) {
      const boxes = Array.from({ length: 1 + random(60) }, (_, order) => ({ w: 100 + random(90), h: 30 + random(120), order }));
      const edges = Array.from({ length: random(2 * boxes.length) }, () => ({ from: random(boxes.length), to: random(boxes.length), line: String(random(3)) }));
      const size = arrange(boxes, edges);
      for (const [i, a] of boxes.entries()) {
        ok(a.x >= 0 && a.y >= -1e-6 && a.x + a.w <= size.width + 1e-6 && a.y + a.h <= size.height + 1e-6, "a box is outside: " + JSON.stringify([a, size]));
        for (const b of boxes.slice(0, i)) ok(a.x >= b.x + b.w || b.x >= a.x + a.w || a.y >= b.y + b.h - 1e-6 || b.y >= a.y + a.h - 1e-6, "boxes overlap: " + JSON.stringify([a, b]));
      }
      for (const e of edges) {
        if (e.from === e.to) continue;
        const [a, b] = e.back ? [boxes[e.to], boxes[e.from]] : [boxes[e.from], boxes[e.to]];
        ok(a.x + a.w < b.x, "an edge leads back: " + JSON.stringify([a, b]));
        for (let k = 2; k < e.bends.length; k += 2) ok(e.bends[k] >= e.bends[k - 2], "a bend leads back: " + JSON.stringify(e));
      }
      const again = boxes.map(({ w, h, order }) => ({ w, h, order }));
      arrange(again, edges.map(({ from, to, line }) => ({ from, to, line })));
      same(again.map((b) => [b.x, b.y]), boxes.map((b) => [b.x, b.y]), "the same again");
    }
  },

  async drawings(browser, base, out) {
    for (const [viewport, scheme] of [[wide, "light"], [wide, "dark"], [phone, "light"]]) {
      const site = await open(browser, base, { viewport, scheme });
      for (const [name, hash] of [["map", "#/lineage"], ["focus", "#/lineage?node=" + orders], ["columns", "#/lineage?node=" + orders + "&column=customer_id&show=path"]]) {
        await at(site, hash);
        await site.page.screenshot({ path: path.join(out, name + "-" + viewport.width + "-" + scheme + ".png"), animations: "disabled" });
      }
      same(site.problems, [], "problems");
      await site.close();
    }
  },

  // More than 300 nodes are drawn on a canvas, which keys and the mouse move about in, and which says where one is.
  async canvas(browser, base) {
    const site = await open(browser, base), { page } = site;
    await at(site, "#/lineage");
    await page.waitForSelector(".lin-canvas");
    const said = () => page.textContent(".lin-said");
    const picture = () => page.$eval(".lin-canvas", (c) => c.toDataURL());
    const until = async (what, test) => {
      for (let i = 0; i < 100; i++) {
        if (await test()) return;
        await page.waitForTimeout(30);
      }
      throw new Error(what);
    };
    const far = await picture();
    ok(far.length > 3000, "something is drawn");
    await page.fill(".lin-find", "m0200");
    await page.keyboard.press("Enter");
    ok((await page.innerText(".lin-card")).includes("m0200"), "the search finds a node");
    await until("the map moves to it", async () => (await picture()) !== far);
    await page.focus(".lin-canvas");
    await page.keyboard.press("ArrowLeft");
    ok(/^m\d+, .*read by/.test(await said()), "a step upstream is told: " + (await said()));
    await page.keyboard.press("Enter");
    ok((await page.innerText(".lin-card")).includes((await said()).slice(0, 5)), "the card tells of the node that one is at");
    const near = await picture();
    await page.mouse.move(700, 500);
    await page.mouse.wheel(0, 300);
    await until("the wheel zooms", async () => (await picture()) !== near);
    await page.keyboard.press("f");
    await at(site, "#/lineage?node=model.tree.m0000&up=0&down=8");
    await page.click('.lin-stepper >> nth=1 >> text="+"');
    await page.waitForSelector(".lin-canvas");
    await page.focus(".lin-canvas");
    for (let i = 0; i < 9; i++) await page.keyboard.press("ArrowRight");
    const offered = await page.innerText(".lin-note");
    ok(/^m\d+\s+\+\d+ that read it\s+Open its page$/.test(offered), "a node at the end offers more: " + offered);
    await page.click(".lin-note button");
    ok(!(await page.innerText(".lin-note")).includes("that read it"), "more is shown");
    same(await violations(page), [], "violations");
    same(site.problems, [], "problems");
  },

  // Names are text in drawings and in what is saved of them.
  async drawn(browser, base) {
    const site = await open(browser, base), { page } = site;
    for (const hash of ["#/lineage", "#/lineage?node=model.shop.hostile", "#/lineage?node=model.shop.hostile&column=%3C%2Ftd%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E"]) {
      await at(site, hash);
      same(await page.$$eval("main script, main img, main iframe", (found) => found.length), 0, "elements that the project made");
      const text = await saved(page, "Mermaid");
      ok(!/[<>"]alert|<script|<img/.test(text), "Mermaid: " + text);
      const svg = await saved(page, "SVG");
      ok(!/<script|<img|<iframe/.test(svg), "SVG: " + svg.slice(0, 2000));
    }
    same(await page.evaluate(() => window.hacked), undefined, "what a script of the project would have set");
    same(site.problems, [], "problems");
  },
};
