// Takes the pictures of the README (and, with a folder as argument, every state, narrow and wide) from a running Sayso.
// usage: node end2end/pictures.mjs [FOLDER], with SAYSO_URL naming it (default http://127.0.0.1:3000)
import { chromium } from "@playwright/test";

const url = process.env.SAYSO_URL ?? "http://127.0.0.1:3000";
const folder = process.argv[2];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
const widths = folder ? [320, 1100] : [1100];

for (const colorScheme of ["light", "dark"]) {
  for (const width of widths) {
    const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, reducedMotion: "reduce", locale: "en-GB", timezoneId: "UTC", baseURL: url });
    const page = await context.newPage();
    const take = (name) => page.screenshot({ path: folder ? `${folder}/${name}-${width}-${colorScheme}.png` : `docs/${name}-${colorScheme}.png`, fullPage: true });
    const signIn = async (email) => {
      await context.clearCookies();
      await page.goto("/sign-in");
      await page.getByLabel("E-mail address").fill(email);
      await page.getByLabel("Password").fill("correct-horse-battery");
      await page.getByRole("button", { name: "Sign in" }).click();
      await page.waitForLoadState("networkidle");
    };
    await signIn("optedout@sayso.example");
    await take("tab");
    if (folder) {
      for (const [name, path] of [["history", "/settings/privacy/history"], ["account", "/account"], ["notice", "/notices/generative-ai-training/2"], ["missing", "/nothing"], ["sign-up", "/sign-up"]]) {
        await page.goto(path);
        await page.waitForLoadState("networkidle");
        await take(name);
      }
      await page.getByRole("button", { name: "Sign up" }).click();
      await take("sign-up-rejected");
      await signIn("member@sayso.example");
      await take("default");
      await page.locator("a.ref").first().click();
      await take("entry");
    }
    await context.close();
  }
}
await browser.close();
