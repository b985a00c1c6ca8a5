// Measures the signed-in tab with Lighthouse as it does by default (a middling phone on a slow network, simulated), on a first
// visit: nothing is in the browser's cache. The database is a fresh demonstration.
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";
import { serve, wholeBrowser } from "./server.mjs";

const server = await serve();
let browser;
try {
  browser = await puppeteer.launch({ ...wholeBrowser, headless: true });
  const page = await browser.newPage();
  const form = new URLSearchParams({ email: "member@sayso.example", password: "correct-horse-battery" });
  const answer = await fetch(`${server.url}/api/sign-in`, { method: "POST", body: form, headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`signing in was answered with ${answer.status}`);
  const session = answer.headers.getSetCookie().find((cookie) => cookie.startsWith("sayso="));
  const [name, value] = session.split(";")[0].split("=");
  await browser.setCookie({ name, value, domain: "127.0.0.1", path: "/", httpOnly: true });

  const url = `${server.url}/settings/privacy`;
  const { lhr } = await lighthouse(url, { onlyCategories: ["performance", "accessibility", "best-practices"], logLevel: "error" }, undefined, page);
  if (lhr.finalDisplayedUrl !== url) throw new Error(`this measured ${lhr.finalDisplayedUrl} instead of the tab`);
  console.log(`Lighthouse ${lhr.lighthouseVersion}, ${lhr.configSettings.formFactor}, throttling: ${lhr.configSettings.throttlingMethod}`);
  for (const id of ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift", "speed-index", "total-byte-weight"]) {
    const { title, displayValue } = lhr.audits[id];
    console.log(`${title.padEnd(28)}${displayValue}`);
  }
  for (const { title, score } of Object.values(lhr.categories)) console.log(`${title.padEnd(28)}${Math.round(score * 100)} of 100`);
  const wanting = Object.values(lhr.audits).filter((a) => a.score !== null && a.score < 1 && a.scoreDisplayMode !== "informative");
  for (const { title, displayValue = "" } of wanting) console.log(`  not perfect: ${title} ${displayValue}`);
} finally {
  await browser?.close();
  server.stop();
}
