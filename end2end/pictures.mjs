// Takes the pictures of the README; or, with a folder as argument, of every page in every state, in every light.
// usage: node end2end/pictures.mjs [FOLDER [PART OF A STATE'S NAME]]
import { chromium } from "@playwright/test";
import { mkdirSync } from "node:fs";
import { address, signIn } from "./app.mjs";
import { launchOptions, serve } from "./server.mjs";
import { STATES } from "./states.mjs";

const [folder, part = ""] = process.argv.slice(2);
const plain = { media: "screen", colorScheme: "light", forcedColors: "none" };
const LOOKS = {
  "320-light": { width: 320, ...plain },
  "320-dark": { width: 320, ...plain, colorScheme: "dark" },
  "1100-light": { width: 1100, ...plain },
  "1100-dark": { width: 1100, ...plain, colorScheme: "dark" },
  "1100-forced-colours": { width: 1100, ...plain, forcedColors: "active" },
  "320-forced-colours-dark": { width: 320, ...plain, colorScheme: "dark", forcedColors: "active" },
  // A4 between its margins.
  print: { width: 718, ...plain, media: "print" },
};

const server = await serve();
// Where the mails are that some states need.
process.env.SAYSO_E2E_DATA = server.data;
const browser = await chromium.launch(launchOptions);

/** A browser of its own for each state, as in the stories. */
async function visit(arrange) {
  const options = { baseURL: server.url, reducedMotion: "reduce", locale: "en-GB", timezoneId: "UTC", extraHTTPHeaders: { "X-Forwarded-For": address() } };
  const page = await (await browser.newContext(options)).newPage();
  await arrange(page);
  await page.waitForLoadState("networkidle");
  return page;
}

async function take(page, { width, ...media }, path) {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia(media);
  await page.screenshot({ path, fullPage: true });
}

try {
  if (!folder) {
    const page = await visit((p) => signIn(p, "optedout@sayso.example"));
    await take(page, LOOKS["1100-light"], "docs/tab-light.png");
    await take(page, LOOKS["1100-dark"], "docs/tab-dark.png");
  } else {
    mkdirSync(folder, { recursive: true });
    for (const [name, { arrange }] of Object.entries(STATES)) {
      if (!name.includes(part)) continue;
      const page = await visit(arrange);
      for (const [look, how] of Object.entries(LOOKS)) await take(page, how, `${folder}/${name.replace(/\W+/g, "-")}-${look}.png`);
      await page.context().close();
    }
  }
} finally {
  await browser.close();
  server.stop();
}
