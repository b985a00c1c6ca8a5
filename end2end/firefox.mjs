// The switch in Debian's Firefox, driven over WebDriver BiDi (Playwright cannot): on and off in place, and what it said is kept.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import puppeteer from "puppeteer-core";

const port = await new Promise((done) => {
  const probe = createServer().listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});
const url = `http://127.0.0.1:${port}`;
const data = mkdtempSync(join(tmpdir(), "sayso-firefox-"));
const server = spawn(resolve(process.env.CARGO_TARGET_DIR ?? "target", "release/sayso"), ["serve"], {
  env: { ...process.env, DATABASE_URL: `sqlite://${data}/sayso.db`, SAYSO_ADDR: `127.0.0.1:${port}`, SAYSO_DEMO: "0" },
  stdio: ["ignore", "ignore", "inherit"],
});
let browser;
try {
  for (let tries = 0; !(await fetch(`${url}/readyz`).then((r) => r.ok, () => false)); tries++) assert(tries < 100_000, "the server does not become ready");
  browser = await puppeteer.launch({ browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true });
  const page = await browser.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto(`${url}/sign-up`);
  await page.type("#name", "Ada Lovelace");
  await page.type("#email", `${randomUUID()}@example.org`);
  await page.select("#country", "US");
  await page.type("#password", "correct-horse-battery");
  await Promise.all([page.waitForNavigation({ waitUntil: "networkidle0" }), page.click("form[action='/api/sign-up'] button")]);
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
  server.kill();
}
