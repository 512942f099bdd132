// What the site of dbt docs 1.x costs on the same project: node peer.mjs BASE PROJECT MODEL QUERY prints JSON, as measure.mjs does.
import { launch } from "./browser.mjs";

const [, , base, project, model, query] = process.argv;
const browser = await launch();
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
const patience = 80_000; // what takes longer is told as that
page.setDefaultTimeout(patience);
const session = await page.context().newCDPSession(page);
await session.send("Network.enable");
let bytes = 0;
session.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
const out = {};
const timed = async (name, work) => {
  const began = Date.now();
  await work().catch((error) => console.error(name + ": " + error.message.split("\n")[0]));
  out[name] = Date.now() - began;
};
async function heap() {
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
}

await timed("interactive", async () => {
  await page.goto(base);
  await page.waitForFunction((name) => document.body.innerText.includes(name) && document.querySelector("input"), project);
});
out.firstLoadBytes = bytes;
await timed("openModel", async () => {
  await page.evaluate((to) => { location.hash = to; }, "#!/model/model." + project + "." + model);
  await page.waitForFunction((name) => [...document.querySelectorAll("h1")].some((h) => h.innerText.includes(name)), model);
});
await timed("search", async () => {
  await page.locator("input:visible").first().fill(query);
  await page.waitForFunction(() => /results/i.test(document.body.innerText));
});
out.heapMB = await Promise.race([heap(), new Promise((resolve) => setTimeout(resolve, 20_000, 0))]);
console.log(JSON.stringify(out));
await browser.close();
