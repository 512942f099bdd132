// What a site costs: node measure.mjs BASE MODEL... prints JSON. Times are the browser's own, in milliseconds; the median of several.
import { launch, open, ready } from "./browser.mjs";

const [, , base, ...models] = process.argv;
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const browser = await launch();
const out = {};

// Loading: bytes that are fetched until the page can be used, and when that is.
const loads = [];
for (let i = 0; i < 5; i++) {
  const site = await open(browser, base);
  const session = await site.page.context().newCDPSession(site.page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
  await site.page.goto(base);
  await ready(site.page, "#/");
  const at = await site.page.evaluate(() => performance.getEntriesByName("shown")[0].startTime);
  await site.page.waitForLoadState("networkidle");
  loads.push([bytes, at]);
  await site.close();
}
out.firstLoadBytes = median(loads.map(([bytes]) => bytes));
out.interactive = median(loads.map(([, at]) => at));

const site = await open(browser, base);
await site.page.goto(base);
await ready(site.page, "#/");
const took = async (hash) => site.page.evaluate(async (to) => {
  const began = performance.now();
  const shown = new Promise((resolve) => new MutationObserver((_, observer) => {
    if (document.documentElement.dataset.ready === to) { observer.disconnect(); resolve(); }
  }).observe(document.documentElement, { attributes: true }));
  location.hash = to;
  await shown;
  document.body.getBoundingClientRect();
  return performance.now() - began;
}, hash);
const opened = [];
for (const id of models) opened.push(await took("#/model/" + id));
out.openModel = median(opened);
out.slowestModel = Math.max(...opened);
out.openNodes = await took("#/nodes");
out.openTests = await took("#/tests");
out.openLineage = await took("#/lineage");

await site.page.keyboard.press("/");
const asked = [];
for (const query of ["m01", "m01234", "amount", "amuont_cents", "team_3", "generated model level", "bucket size", "zzzz", "cents", "small", "mart"]) {
  await site.page.fill(".palette input", query);
  await site.page.waitForFunction((q) => document.querySelector(".palette").dataset.asked === q, query);
  asked.push([query, Number(await site.page.evaluate(() => document.querySelector(".palette").dataset.took))]);
}
out.firstSearch = asked[0][1];
out.search = median(asked.slice(1).map(([, ms]) => ms));
out.slowestSearch = Math.max(...asked.slice(1).map(([, ms]) => ms));
out.searches = asked;
const session = await site.page.context().newCDPSession(site.page);
await session.send("HeapProfiler.collectGarbage");
out.heapMB = (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
out.problems = site.problems;
await browser.close();
console.log(JSON.stringify(out, null, 1));
