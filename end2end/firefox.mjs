// The switch in Debian's Firefox, driven over WebDriver BiDi (Playwright cannot): on and off in place, and what it said is kept.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import puppeteer from "puppeteer-core";
import { confirmLink } from "./confirm.mjs";
import { serve } from "./server.mjs";

const server = await serve();
const { data, url } = server;
let browser;
try {
  browser = await puppeteer.launch({ browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true });
  const page = await browser.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(`${url}/sign-up`);
  await page.type("#name", "Ada Lovelace");
  const email = `${randomUUID()}@example.org`;
  await page.type("#email", email);
  await page.select("#country", "US");
  await page.type("#password", "correct-horse-battery");
  await Promise.all([page.waitForNavigation({ waitUntil: "networkidle0" }), page.click("form[action='/api/sign-up'] button")]);
  await page.goto(url + (await confirmLink(join(data, "mail"), email)));
  await Promise.all([page.waitForNavigation({ waitUntil: "networkidle0" }), page.click("form[action='/api/confirm'] button")]);
  for (const to of ["true", "false"]) {
    await page.goto(`${url}/settings/privacy`, { waitUntil: "networkidle0" });
    // In place: a mark on the document is still there afterwards.
    await page.evaluate(() => { document.documentElement.dataset.mark = "same"; });
    await page.click("button[role=switch]");
    await page.waitForSelector(`button[role=switch][aria-checked=${to}]`);
    assert.equal(await page.evaluate(() => document.documentElement.dataset.mark), "same", "the page was loaded again");
    await page.reload({ waitUntil: "networkidle0" });
    assert.equal(await page.$eval("button[role=switch]", (b) => b.getAttribute("aria-checked")), to);
  }
  assert.deepEqual(complaints, []);
  console.log("  ✓ the switch in Firefox, on and off, in place");
} finally {
  await browser?.close();
  server.stop();
}
