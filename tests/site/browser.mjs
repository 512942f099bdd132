// What the tests of the site share: a browser, and pages of which everything that goes wrong is known.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";

const tools = createRequire(path.join(process.env.MOD_SITE_TOOLS, "package.json"));
const { chromium } = tools("playwright-core");
const axe = readFileSync(tools.resolve("axe-core/axe.min.js"), "utf8");

const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--font-render-hinting=none"];

export const wide = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

export function launch() {
  return chromium.launch({ executablePath: process.env.MOD_CHROMIUM, args: flags });
}

// A page of the site. Its problems are errors of scripts, what the policy refused, dialogs, and requests for anything but the site.
export async function open(browser, base, { viewport = wide, scheme = "light" } = {}) {
  const context = await browser.newContext({ viewport, colorScheme: scheme, reducedMotion: "reduce", timezoneId: "UTC", locale: "en-GB" });
  const page = await context.newPage();
  const problems = [];
  const origin = base.slice(0, base.lastIndexOf("/") + 1);
  page.on("pageerror", (error) => problems.push("error: " + error.message));
  page.on("console", (message) => { if (message.type() === "error") problems.push("console: " + message.text()); });
  page.on("dialog", (dialog) => { problems.push("dialog: " + dialog.message()); dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith(origin)) problems.push("request: " + request.url()); });
  const go = async (hash) => {
    await page.goto("about:blank");
    await page.goto(base + hash);
    await ready(page, hash);
  };
  return { page, problems, go, close: () => context.close() };
}

// A page is ready when it shows what its address says.
export function ready(page, hash) {
  return page.waitForFunction((want) => document.documentElement.dataset.ready === want, hash || "#/");
}

export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { preload: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return found.violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + ": " + (n.any[0] || n.all[0] || n.none[0] || { message: v.help }).message));
}

// Looks at pages, by their names, in light and dark, wide and on a phone: no problem for whoever cannot see them well, nothing wider than the window.
export async function readable(browser, base, pages) {
  const found = [];
  for (const [viewport, scheme] of [[wide, "light"], [wide, "dark"], [phone, "light"], [phone, "dark"]]) {
    const site = await open(browser, base, { viewport, scheme });
    for (const [name, hash] of Object.entries(pages)) {
      await site.go(hash);
      const where = name + ", " + viewport.width + ", " + scheme + ": ";
      for (const v of await violations(site.page)) found.push(where + v);
      if (await site.page.evaluate(() => document.documentElement.scrollWidth > innerWidth)) found.push(where + "it is wider than the window");
      if (viewport === phone) found.push(...(await sideways(site.page)).map((what) => where + what));
    }
    found.push(...site.problems);
    await site.close();
  }
  same(found, [], "problems");
}

// What of a page is to be scrolled sideways, but for code and drawings.
export function sideways(page) {
  return page.$$eval("main, main *", (all) => all.filter((node) => node instanceof HTMLElement && /auto|scroll/.test(getComputedStyle(node).overflowX)
    && node.scrollWidth > node.clientWidth && !node.closest("pre, .code, .diff, .tabs") && !node.closest(".lin-scroll"))
    .map((node) => (node.getAttribute("aria-label") || node.className || node.tagName) + " scrolls sideways"));
}

export function same(got, want, what) {
  if (JSON.stringify(got) !== JSON.stringify(want)) throw new Error(what + ": got " + JSON.stringify(got) + ", want " + JSON.stringify(want));
}

export function ok(condition, what) {
  if (!condition) throw new Error(what);
}
