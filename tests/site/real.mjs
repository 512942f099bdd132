// Cases of projects of which nothing is known before: real ones, and a very large one.
import { readFile } from "node:fs/promises";
import { ok, open, phone, ready, same, violations, wide } from "./browser.mjs";

const listed = ["#/", "#/nodes", "#/lineage", "#/sources", "#/tests", "#/runs", "#/exposures", "#/syncs", "#/access", "#/glossary", "#/changes", "#/environments", "#/diagnostics"];

const search = async (page, query) => {
  await page.keyboard.press("/");
  await page.fill(".palette input", query);
  await page.waitForFunction((q) => document.querySelector(".palette").dataset.asked === q, query);
};

const links = (page) => page.$$eval("tbody th a", (found) => found.map((link) => [link.textContent, link.getAttribute("href")]));

// A node that one looks for by name opens with its code and its lineage, by keyboard alone.
async function follow(site, name) {
  const { page } = site;
  await site.go("#/");
  await search(page, name);
  const found = await page.locator(".palette li .name").first().textContent();
  same(found, name, "what is found first");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".node-head h1 >> text=" + name);
  await page.keyboard.press("]");
  await page.waitForSelector("pre.code");
  await page.keyboard.press("]");
  await page.waitForSelector(".lin-host svg, .lin-host canvas");
}

export const real = {
  // Every page and every node of the table opens, is right for a screen reader, and fits, wide and on a phone.
  async real(browser, base) {
    const found = [];
    for (const [viewport, scheme] of [[wide, "light"], [phone, "dark"]]) {
      const site = await open(browser, base, { viewport, scheme });
      await site.go("#/nodes");
      const nodes = (await links(site.page)).slice(0, 40);
      ok(nodes.length > 3, "there are nodes");
      for (const [at, hash] of [...listed, ...nodes.map((node) => node[1])].entries()) {
        await site.go(hash);
        const where = hash + ", " + viewport.width + ": ";
        ok((await site.page.innerText("h1")) !== "This page cannot be shown", where + "it is shown");
        if (await site.page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(where + "it is wider than the window");
        if (at < listed.length + 3) for (const v of await violations(site.page)) found.push(where + v);
      }
      if (viewport === wide) await follow(site, nodes.find(([, hash]) => hash.startsWith("#/model/"))[0]);
      found.push(...site.problems);
      await site.close();
    }
    same(found, [], "problems");
  },

  // Ten thousand models: little to load, and everything is found, opened and drawn. How long it took is told, and not judged.
  async large(browser, base) {
    const site = await open(browser, base), { page } = site;
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
    await page.goto(base);
    await ready(page, "#/");
    await page.waitForLoadState("networkidle");
    const usable = await page.evaluate(() => performance.getEntriesByName("shown")[0].startTime);
    console.log("first load " + Math.round(bytes / 1000) + " kB, usable after " + Math.round(usable) + " ms");
    ok(bytes > 10_000 && bytes < 190_000, "the first load has " + bytes + " bytes");
    await page.click("nav >> text=Models");
    await ready(page, "#/nodes");
    ok(/^1\d,\d\d\d of 1\d,\d\d\d$/.test(await page.innerText(".told")), "all nodes are counted: " + (await page.innerText(".told")));
    ok((await page.locator("tbody tr").count()) < 120, "few rows are in the document");
    await page.$eval(".scroll.tall", (box) => { box.scrollTop = box.scrollHeight / 2; });
    await page.waitForFunction(() => document.querySelector("tbody tr:nth-child(2)").getAttribute("aria-rowindex") > 4000);
    await page.fill(".filters input", "m04242");
    same((await links(page)).map(([name]) => name), ["m04242"], "what the filter leaves");
    await page.click("tbody th a");
    await page.waitForSelector(".node-head h1 >> text=m04242");
    ok((await page.locator("[aria-label=Columns] tbody tr").count()) > 2, "its columns are told");
    await follow(site, "m01234");
    const before = await page.evaluate(() => location.hash);
    await page.focus(".lin-host [tabindex='0'], .lin-host canvas");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await page.waitForFunction((was) => location.hash !== was, before);
    await search(page, "amuont_cents");
    ok((await page.locator(".palette li .name").first().textContent()).includes("amount_cents"), "a column is found with two letters swapped");
    await page.keyboard.press("Escape");
    await site.go("#/lineage");
    await page.waitForSelector(".lin-canvas");
    const bent = async () => {
      const [file] = await Promise.all([page.waitForEvent("download"), page.click("text=SVG")]);
      return ((await readFile(await file.path(), "utf8")).match(/ d="M[^"]*C[^"]*H[^"]*C/g) || []).length;
    };
    let around = 0;
    for (let i = 0; i < 20 && around < 1000; i++) around = await bent(); // they come after the map
    ok(around >= 1000, "edges that pass layers go level between the boxes: " + around);
    const picture = () => page.$eval(".lin-canvas", (c) => c.toDataURL().length + c.toDataURL().slice(-2000));
    const moved = async (what, act) => {
      const was = await picture();
      await act();
      for (let i = 0; i < 100; i++) {
        if ((await picture()) !== was) return;
        await page.waitForTimeout(30);
      }
      throw new Error(what);
    };
    await moved("the search moves the map", async () => { await page.fill(".lin-find", "m09999"); await page.keyboard.press("Enter"); });
    ok((await page.innerText(".lin-card")).includes("m09999"), "the card tells of the node");
    const box = await page.locator(".lin-canvas").boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await moved("the wheel zooms", () => page.mouse.wheel(0, 300));
    await moved("the map is dragged", async () => { await page.mouse.down(); await page.mouse.move(box.x + box.width / 2 + 120, box.y + box.height / 2 + 60, { steps: 5 }); await page.mouse.up(); });
    await page.focus(".lin-canvas");
    await page.keyboard.press("ArrowLeft");
    ok(/, .*read by/.test(await page.textContent(".lin-said")), "a step upstream is told");
    for (const hash of ["#/tests", "#/diagnostics", "#/access"]) await site.go(hash);
    same(await violations(page), [], "violations");
    same(site.problems, [], "problems");
    await site.close();
  },
};
