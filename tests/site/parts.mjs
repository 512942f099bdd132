// Looks at what is told of diagnostics, access and environments, at what is printed, and at data in small plots: cases for check.mjs, most of them
// of the project in testdata/site/parts.txtar, whose site has something on every page.
import path from "node:path";
import { ok, open, phone, readable, ready, same, violations, wide } from "./browser.mjs";

const people = "#/model/model.parts.people";

const partsPages = {
  diagnostics: "#/diagnostics", access: "#/access", findings: "#/model/model.parts.city_mail", masks: people, mask: people + "/column/email",
  environments: "#/environments", environment: "#/environments?node=model.parts.people",
};

export const parts = {
  // Nothing of the pages keeps anybody from reading them, in light and dark, wide and on a phone.
  async parts(browser, base) {
    await readable(browser, base, partsPages);
  },

  // What a check finds is on a page of its own, and at the node that it is about.
  async findings(browser, base) {
    const site = await open(browser, base);
    await site.go("#/");
    ok((await site.page.innerText("main")).includes("1 error, 1 warning"), "the first page counts diagnostics");
    await site.page.click("main a[href='#/diagnostics']");
    await ready(site.page, "#/diagnostics");
    const first = site.page.locator(".diagnostic").first();
    const told = await first.innerText();
    for (const want of ["error", 'c has no column "peple"', "unknown-column", "models/reports/city_mail.sql:1:27", 'did you mean "people"?', "mod check --fix"]) ok(told.includes(want), want + " is told");
    same(await first.locator("mark").textContent(), "peple", "what is marked in the line");
    await site.page.selectOption("label:has-text('Severity') select", "warning");
    same(await site.page.locator(".diagnostic").count(), 1, "warnings");
    same(await site.page.evaluate(() => location.hash), "#/diagnostics?level=warning", "address of a filter");
    await site.page.selectOption("label:has-text('Code') select", "hard-coded-ref");
    ok((await site.page.innerText("main")).includes("ref"), "what a code means is told");
    await site.page.click(".diagnostic a");
    await ready(site.page, "#/model/model.parts.hard");
    ok((await site.page.innerText(".notice")).includes("main.people is model"), "the model tells its diagnostic");
    same(await site.page.locator(".diagnostic").count(), 1, "diagnostics of the model");
    same(site.problems, [], "problems");
    await site.close();
  },

  // Each column of personal data: who may read it, what hides it, what takes it out.
  async access(browser, base) {
    const site = await open(browser, base);
    await site.go("#/access");
    const rows = await site.page.$$eval("[aria-label='Personal data'] tbody tr", (list) => list.map((row) => [...row.children].map((cell) => cell.innerText.replace(/\s+/g, " ").trim())));
    same(rows, [
      ["raw_people.email", "email", "loader", "no mask", "people_crm as email = lower(email)"],
      ["raw_people.born", "personal", "loader", "no mask", "people_crm as birthday = md5(cast(born as varchar))"],
      ["people.email", "email", "analysts, support", "hide_address masking policy with city", "people_crm as email = lower(email)"],
      ["people.born", "personal", "analysts, support", "main.hide_day column mask with city, 'year'", "people_crm as birthday = md5(cast(born as varchar))"],
      ["people.host", "derived", "analysts, support", "no mask", ""],
      ["cities.oldest", "derived", "analysts", "no mask", ""],
      ["city_mail.email", "email", "no grant", "no mask", ""],
    ], "personal data");
    await site.page.selectOption("label:has-text('Show') select", "sent");
    same(await site.page.locator("[aria-label='Personal data'] tbody tr").count(), 4, "columns that a sync takes out");
    await site.page.click("text=people.email >> nth=1");
    await ready(site.page, people + "/column/email");
    same(await site.page.locator("tr.open .flag.mask").count(), 1, "the column has a mark");
    const detail = await site.page.innerText("tr.detail");
    for (const want of ["hide_address", "masking policy with city", "analysts, support"]) ok(detail.includes(want), want + " is told");
    same(site.problems, [], "problems");
    await site.close();
  },

  // How the project differs from another environment, at a glance and in full, also at the node.
  async environments(browser, base) {
    const site = await open(browser, base);
    await site.go("#/environments");
    const list = async () => site.page.$$eval(".change-item summary", (items) => items.map((item) => item.innerText.replace(/\s+/g, " ").trim()));
    ok((await site.page.innerText(".lead")).includes("prod"), "the page says what it compares with");
    same(await list(), ["+new model hard", "~changed model people code, config, columns, tests", "−gone model city_names"], "changes");
    await site.page.locator(".change-item summary").nth(1).press("Enter");
    await site.page.waitForSelector(".diff");
    same(await site.page.$$eval(".diff .added, .diff .removed", (lines) => lines.map((line) => line.textContent.trimEnd())), [
      "-select id, email, city, born", "+select id, email, city, born, upper(split_part(email, '@', 2)) as host", "-where email is not null",
    ], "lines of the difference");
    const told = await site.page.innerText(".change-item[open] .change-body");
    for (const want of ["grants", '{"select":["analysts"]}', '{"+select":["support"]}', "column born added", "test not_null of id removed"]) ok(told.includes(want), want + " is told");
    same(await violations(site.page), [], "violations");
    await site.page.selectOption("label:has-text('Show') select", "gone");
    same(await list(), ["−gone model city_names"], "what is gone");
    await site.page.waitForSelector(".diff .removed >> text=select distinct city");
    await site.go(people);
    ok((await site.page.innerText(".on-page summary")).includes("code, config, columns, tests"), "the model tells that it differs");
    await site.page.click(".on-page summary");
    await site.page.waitForSelector(".on-page .diff .added");
    await site.page.click("text=All that differs");
    await site.page.waitForSelector(".change-item[open] .diff");
    same(await site.page.locator(".change-item").count(), 1, "changes of the node");
    same(site.problems, [], "problems");
    await site.close();
  },

  // Printed, whatever the screen was like: no navigation, all of the content, dark on white.
  async print(browser, base) {
    const found = [];
    const site = await open(browser, base, { viewport: { width: 718, height: 1000 }, scheme: "dark" });
    for (const [name, hash] of Object.entries({ ...partsPages, code: people + "/code", overview: "#/", nodes: "#/nodes", tests: "#/tests", lineage: "#/lineage" })) {
      await site.go(hash);
      await site.page.emulateMedia({ media: "print" });
      for (const hidden of [".top", "#pages", ".tabs", ".filters"]) {
        if (await site.page.locator(hidden + ":visible").count()) found.push(name + ": " + hidden + " is printed");
      }
      const cut = await site.page.$$eval("main *", (all) => all.filter((node) => getComputedStyle(node).overflow !== "visible" && !(node instanceof SVGElement)
        && (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + 1) && node.clientWidth > 1).map((node) => node.className || node.tagName));
      if (cut.length) found.push(name + ": cut off: " + cut.join(", "));
      if (await site.page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(name + ": it is wider than the paper");
      same(await site.page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), "rgb(255, 255, 255)", "the paper of " + name);
      for (const v of await violations(site.page)) found.push(name + ": " + v);
      await site.page.emulateMedia({ media: "screen" });
    }
    same(found, [], "problems");
    same(site.problems, [], "problems of scripts");
    await site.close();
  },

  // A table of which only the rows that can be seen are in the document is printed whole.
  async printed(browser, base) {
    const site = await open(browser, base);
    await site.go("#/nodes");
    const rows = () => site.page.locator("tbody tr:not(.filler)").count();
    ok((await rows()) < 200, "few rows are there");
    const become = (media, test) => Promise.all([site.page.emulateMedia({ media }), site.page.waitForFunction(test)]);
    await become("print", () => document.querySelectorAll("tbody tr:not(.filler)").length === 1024);
    await become("screen", () => document.querySelectorAll("tbody tr:not(.filler)").length < 200);
    same(site.problems, [], "problems");
    await site.close();
  },

  // The page of lineage is as high as the window; the columns of a model with their data are a list on a phone.
  async fits(browser, base) {
    for (const viewport of [wide, phone, { width: 1920, height: 1200 }]) {
      const site = await open(browser, base, { viewport });
      await site.go("#/lineage");
      await site.page.waitForSelector(".lin-svg");
      const end = await site.page.evaluate(() => document.querySelector(".lin").getBoundingClientRect().bottom);
      ok(end > viewport.height - 40 && end <= viewport.height, viewport.width + ": the drawing and its legend end at " + end);
      ok(await site.page.evaluate(() => document.documentElement.scrollHeight <= innerHeight), viewport.width + ": the page does not scroll");
      await site.go("#/model/model.shop.orders");
      const table = site.page.locator("[aria-label=Columns]");
      ok((await table.locator("svg.profile-plot").count()) > 3, "there are plots");
      ok(await table.evaluate((box) => box.scrollWidth <= box.clientWidth), viewport.width + ": the table does not scroll sideways");
      same(await table.locator("[role=row]").count(), 20, "rows for who cannot see them");
      await site.go("#/model/model.shop.orders/column/status");
      ok(await table.evaluate((box) => box.scrollWidth <= box.clientWidth), viewport.width + ": nor does it with a column's detail");
      same(await violations(site.page), [], "violations");
      same(site.problems, [], "problems");
      await site.close();
    }
  },

  async partsPictures(browser, base, out) {
    for (const [viewport, scheme] of [[wide, "light"], [wide, "dark"], [phone, "light"]]) {
      const site = await open(browser, base, { viewport, scheme });
      for (const name of ["diagnostics", "access", "masks", "environment"]) {
        await site.go(partsPages[name]);
        if (name === "environment") await site.page.waitForSelector(".diff");
        await settled(site.page);
        await site.page.screenshot({ path: path.join(out, "parts-" + name + "-" + viewport.width + "-" + scheme + ".png"), mask: [site.page.locator("time")], maskColor: "#808080", animations: "disabled" });
      }
      same(site.problems, [], "problems");
      await site.close();
    }
  },

  // The data of columns, in small and with a column's detail.
  async profilePictures(browser, base, out) {
    for (const [viewport, scheme] of [[wide, "light"], [wide, "dark"], [phone, "light"]]) {
      const site = await open(browser, base, { viewport, scheme });
      await site.go("#/model/model.shop.orders");
      await site.page.locator("[aria-label=Columns]").screenshot({ path: path.join(out, "profile-" + viewport.width + "-" + scheme + ".png"), animations: "disabled" });
      await site.go("#/model/model.shop.orders/column/status");
      await site.page.locator(".profile-detail").screenshot({ path: path.join(out, "profile-detail-" + viewport.width + "-" + scheme + ".png"), animations: "disabled" });
      same(site.problems, [], "problems");
      await site.close();
    }
  },
};

// Waits until a page has neither scrolled nor grown for ten frames: it scrolls to what its address names once that is there.
function settled(page) {
  return page.evaluate(() => new Promise((done) => {
    let last = "", same = 0;
    const frame = () => {
      const now = [scrollX, scrollY, document.documentElement.scrollHeight].join();
      same = now === last ? same + 1 : 0;
      last = now;
      if (same === 10) done(); else requestAnimationFrame(frame);
    };
    frame();
  }));
}
