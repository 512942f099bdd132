// What other sites cost on the same project: node peer.mjs KIND BASE PROJECT MODEL QUERY prints JSON, as measure.mjs does. KIND is "dbt1" for
// dbt docs of dbt 1.x, "dbt2" for those of dbt 2.x, "colibri" for dbt-colibri.
import { launch } from "./browser.mjs";

const [, , kind, base, project, model, query] = process.argv;
const described = "A generated model of level"; // as its page says
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
  await work().catch((error) => console.error(kind + ", " + name + ": " + error.message.split("\n")[0]));
  out[name] = Date.now() - began;
};
async function heap() {
  await session.send("HeapProfiler.collectGarbage");
  return (await session.send("Runtime.getHeapUsage")).usedSize / 1e6;
}
const said = (text) => page.waitForFunction((wanted) => document.body.innerText.includes(wanted), text);

// What is done, in this order: how one finds a model and opens it. Each is over when the page says what was asked for.
const works = {
  dbt1: {
    async openModel() {
      await page.evaluate((to) => { location.hash = to; }, "#!/model/model." + project + "." + model);
      await page.waitForFunction((name) => [...document.querySelectorAll("h1")].some((h) => h.innerText.includes(name)), model);
    },
    async search() {
      await page.locator("input:visible").first().fill(query);
      await page.waitForFunction(() => /results/i.test(document.body.innerText));
    },
  },
  dbt2: {
    async search() {
      await page.locator("input[type=search]").fill(model);
      await page.keyboard.press("Enter");
      await said(model);
    },
    async openModel() {
      await page.getByText(model, { exact: true }).first().click();
      await said(described);
    },
  },
  colibri: {
    async search() {
      await page.getByPlaceholder("Search models").first().click({ force: true });
      await page.keyboard.type(model);
      await said(model);
    },
    async openModel() {
      await page.keyboard.press("Enter");
      await said('."' + model + '"');
    },
  },
}[kind];

await timed("interactive", async () => {
  await page.goto(base);
  await page.waitForFunction((name) => document.body.innerText.toLowerCase().includes(name) && document.querySelector("input"), project);
});
out.firstLoadBytes = bytes;
for (const [name, work] of Object.entries(works)) await timed(name, work);
out.heapMB = await Promise.race([heap(), new Promise((resolve) => setTimeout(resolve, 20_000, 0))]);
console.log(JSON.stringify(out));
await browser.close();
