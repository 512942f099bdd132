// Looks at sites in a browser: node check.mjs CASE BASE OUT. What fails is printed, a line each; the status is 1 then.
import path from "node:path";
import { lineage } from "./lineage.mjs";
import { parts } from "./parts.mjs";
import { real } from "./real.mjs";
import { launch, ok, open, phone, readable, ready, same, violations, wide } from "./browser.mjs";

const orders = "#/model/model.shop.orders";

// Every page of the demo, by the name of its picture.
const pages = {
  overview: "#/", nodes: "#/nodes", sources: "#/sources", tests: "#/tests", runs: "#/runs", exposures: "#/exposures", syncs: "#/syncs",
  access: "#/access", glossary: "#/glossary", diagnostics: "#/diagnostics", changes: "#/changes", environments: "#/environments", model: orders, code: orders + "/code", history: orders + "/history", lineage: "#/lineage", focus: orders + "/lineage",
  column: orders + "/column/status", exposure: "#/exposure/exposure.shop.weekly_trading_report", missing: "#/model/model.shop.nothing",
};

const pictured = ["overview", "nodes", "model", "code", "column", "exposures", "glossary", "missing"];

const cases = {
  ...lineage,
  ...parts,
  ...real,

  // Every page, in light and dark, wide and on a phone: no problem for whoever cannot see it well, nothing wider than the window.
  async pages(browser, base) {
    await readable(browser, base, pages);
  },

  async run(browser, base) {
    const site = await open(browser, base);
    await site.go("#/runs");
    await site.page.click(".run-chart a >> nth=-1");
    await site.page.waitForSelector(".gantt");
    ok(await site.page.locator(".gantt a").count() > 20, "the chart has bars");
    ok(await site.page.locator(".gantt .critical").count() > 1, "the critical path has several nodes");
    same(await violations(site.page), [], "violations");
    await site.page.locator(".gantt a").first().focus();
    ok((await site.page.textContent(".gantt-told")).includes(": "), "a bar that has the focus says what it is");
    same(site.problems, [], "problems");
  },

  // A model's page answers what an analyst asks of it.
  async model(browser, base) {
    const site = await open(browser, base);
    await site.go(orders);
    const text = await site.page.innerText("main");
    for (const want of ["One row per order", "total_amount", "Net amount and tax.", "not_negative", "decimal(16,2)", "marts", "280", "protected", "stg_orders", "daily_orders"]) ok(text.includes(want), want + " is shown");
    await site.page.click("text=order_id >> nth=0");
    await site.page.waitForSelector("tr.detail");
    ok((await site.page.innerText("tr.detail")).includes("stg_orders.order_id"), "the column tells what it is made of");
    ok((await site.page.innerText("main")).includes("data of 280 rows"), "it is told of how many rows the data is");
    ok((await site.page.locator("th:has-text('status') ~ td.profile").first().innerText()).includes("5 distinct"), "a column tells of its values");
    const plot = site.page.locator("svg.profile-plot").first();
    same(await plot.getAttribute("aria-label"), "20 buckets; most rows, 14, have 1 to 14.95", "words of a plot");
    same(await plot.locator("rect").count(), 20, "bars of a plot");
    await site.go(orders + "/code");
    same(await site.page.locator("pre.code").count(), 2, "blocks of code");
    await site.page.click("pre.code a >> text=ref('stg_orders')");
    await site.page.waitForSelector("h1 >> text=stg_orders");
    same(await site.page.evaluate(() => location.hash), "#/model/model.shop.stg_orders", "address");
    same(site.problems, [], "problems");
  },

  // The search finds names, columns and words of code, with slips of the pen, by keyboard alone.
  async search(browser, base) {
    const site = await open(browser, base);
    await site.go("#/");
    const first = async (query) => {
      await site.page.keyboard.press("/");
      await site.page.fill(".palette input", query);
      await site.page.waitForFunction((q) => document.querySelector(".palette").dataset.asked === q, query);
      const name = await site.page.locator(".palette li").first().locator(".name").textContent().catch(() => "");
      await site.page.keyboard.press("Escape");
      return name;
    };
    same(await first("orders"), "orders", "by name");
    same(await first("cusotmers"), "customers", "with two letters swapped");
    same(await first("daily ordrs"), "daily_orders", "two words, one with a letter missing");
    ok((await first("lifetime_value")).endsWith(".lifetime_value"), "by column");
    ok((await first("lifetme_value")).endsWith(".lifetime_value"), "by column with a letter missing");
    ok((await first("monday morning")).includes("Weekly trading report"), "by description");
    await site.page.keyboard.press("/");
    await site.page.fill(".palette input", "store months");
    await site.page.waitForFunction(() => document.querySelector(".palette").dataset.asked === "store months");
    same(await violations(site.page), [], "violations");
    await site.page.keyboard.press("Enter");
    await site.page.waitForSelector("h1 >> text=store_months");
    same(site.problems, [], "problems");
  },

  async keys(browser, base) {
    const site = await open(browser, base);
    await site.go("#/");
    const press = async (...keys) => { for (const key of keys) await site.page.keyboard.press(key); };
    await press("g", "t");
    await ready(site.page, "#/tests");
    await press("g", "m");
    await ready(site.page, "#/nodes");
    await site.go("#/nodes?type=model");
    await press("j", "j", "k", "Enter");
    await site.page.waitForSelector(".tabs");
    await press("]");
    await site.page.waitForSelector("pre.code");
    await press("?");
    ok(await site.page.isVisible(".help-box"), "the keys are told");
    await press("Escape");
    await press("/");
    ok(await site.page.isVisible(".palette"), "the search is open");
    await press("Escape");
    await site.page.goto("about:blank");
    await site.page.goto(base);
    await ready(site.page, "#/");
    await press("Tab", "Enter");
    same(await site.page.evaluate(() => document.activeElement.id), "content", "focus after the link to the content");
    same(site.problems, [], "problems");
  },

  // Whatever a project is called and says stays text.
  async hostile(browser, base) {
    const site = await open(browser, base);
    const nodes = await (async () => {
      await site.go("#/nodes");
      return site.page.$$eval("tbody th a", (links) => links.map((link) => link.getAttribute("href")));
    })();
    ok(nodes.length > 0, "there are nodes");
    for (const hash of [...Object.values(pages).slice(0, 10), ...nodes, ...nodes.map((n) => n + "/code"), '#/model/"><img src=x onerror=alert(1)>', "#/%E0%A4%A"]) {
      await site.page.goto("about:blank");
      await site.page.goto(base + hash);
      await site.page.waitForFunction(() => document.documentElement.dataset.ready);
    }
    await site.go(nodes.find((hash) => hash.includes("hostile")));
    const shown = await site.page.innerText("main");
    for (const want of ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)"]) ok(shown.includes(want), want + " is shown as it is written");
    same(await site.page.$$eval("main img[onerror], main script, main iframe, main [onclick], main a[href^='javascript']", (found) => found.length), 0, "elements that the project made");
    same(await site.page.evaluate(() => window.hacked), undefined, "what a script of the project would have set");
    same(site.problems, [], "problems");
  },

  async opens(browser, base) {
    const site = await open(browser, base);
    for (const hash of ["#/", orders, "#/tests", "#/runs"]) await site.go(hash);
    ok((await site.page.innerText("main")).length > 20, "there is a page");
    same(site.problems, [], "problems");
  },

  // Light and dark are kept, the filters are in the address, a table is sorted.
  async state(browser, base) {
    const site = await open(browser, base);
    await site.go("#/nodes?type=seed");
    same(await site.page.locator("tbody tr").count(), 6, "seeds");
    await site.page.fill(".filters input", "raw_o");
    ok((await site.page.evaluate(() => location.hash)).includes("text=raw_o"), "the filter is in the address");
    await site.page.click("thead button >> text=Rows");
    same(await site.page.getAttribute("th[aria-sort]:has-text('Rows')", "aria-sort"), "ascending", "sorted");
    await site.page.click(".theme");
    same(await site.page.evaluate(() => document.documentElement.dataset.theme), "dark", "theme");
    await site.go("#/");
    same(await site.page.evaluate(() => document.documentElement.dataset.theme), "dark", "theme after loading");
    same(site.problems, [], "problems");
  },

  async pictures(browser, base, out) {
    for (const viewport of [wide, phone]) {
      const site = await open(browser, base, { viewport });
      for (const [name, hash] of Object.entries(pages).filter(([name]) => pictured.includes(name))) {
        await site.go(hash);
        // What differs from one run to the next is covered.
        await site.page.screenshot({ path: path.join(out, name + "-" + viewport.width + ".png"), mask: [site.page.locator("time, .num, svg, .ranks, td a[href^='#/runs'], th a[href^='#/runs']")], maskColor: "#808080", animations: "disabled" });
      }
      same(site.problems, [], "problems");
      await site.close();
    }
  },
};

const [, , name, base, out] = process.argv;
const browser = await launch();
try {
  await cases[name](browser, base, out);
} catch (error) {
  console.log(String(error.stack || error).slice(0, 6000));
  process.exitCode = 1;
} finally {
  await browser.close();
}
