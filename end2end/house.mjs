// What the stories share: a fresh member, the switch, and the checkers.
import { AxeBuilder } from "@axe-core/playwright";
import { test as base, expect } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import vnu from "vnu-jar";

export { expect };
export const PASSWORD = "correct-horse-battery";

/** An address of one's own, so that limits by address count each story for itself. */
const address = () => `10.${randomInt(256)}.${randomInt(256)}.${1 + randomInt(254)}`;

export const test = base.extend({
  extraHTTPHeaders: async ({}, use) => use({ "X-Forwarded-For": address() }),
  page: async ({ page }, use) => {
    page.on("response", (answer) => {
      const main = answer.request().isNavigationRequest() && answer.frame() === page.mainFrame();
      if (main && !(answer.status() >= 300 && answer.status() < 400)) served.set(page, answer.text());
    });
    await use(page);
  },
});

/** The HTML of each page's last document, as the server sent it. */
const served = new WeakMap();

export const theSwitch = (page) => page.getByRole("switch", { name: "Use my data to train generative AI models" });

export async function signUp(page, country = "US") {
  const email = `${randomUUID()}@example.org`;
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Country").selectOption(country);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page).toHaveURL("/settings/privacy");
  return email;
}

export async function signIn(page, email, password = PASSWORD) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** With JavaScript: until the island answers in place. */
export async function awake(page, javaScriptEnabled) {
  if (javaScriptEnabled) await page.waitForLoadState("networkidle");
}

// The checker's grammar knows role="switch" on type="button" only; "ARIA in HTML" allows it on every button, and ours has to
// submit its form without JavaScript. On no other button can this message appear.
const KNOWN = "Bad value .submit. for attribute .type. on element .button.*";

/** axe and the HTML checker find nothing on this page as it was served and as it stands. */
export async function checked(page, javaScriptEnabled) {
  if (javaScriptEnabled) {
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(" | ")}`)).toEqual([]);
  } else {
    const html = await served.get(page);
    let said = "";
    try {
      execFileSync("java", ["-jar", vnu, "--errors-only", "--format", "text", "--filterpattern", KNOWN, "-"], { input: html, stdio: ["pipe", "pipe", "pipe"] });
    } catch (error) {
      said = String(error.stderr);
    }
    expect(said).toBe("");
  }
  // Nothing is cut off or scrolls sideways on the narrowest screen (WCAG 2.2, 1.4.10).
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  const box = await page.locator("body").boundingBox();
  expect(box.width).toBeLessThanOrEqual(320);
  await page.setViewportSize(size);
}
