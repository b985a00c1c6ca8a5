// What the stories share: a browser with an address of its own, a fresh member, and the switch.
import { test as base, expect } from "@playwright/test";
import { randomInt, randomUUID } from "node:crypto";
import { checked, keepServed, scripted } from "./checked.mjs";
import { REGION } from "./server.mjs";

export { checked, expect, REGION };
export const PASSWORD = "correct-horse-battery";

/** An address of one's own, so that limits by address count each story for itself. */
export const address = () => `10.${randomInt(256)}.${randomInt(256)}.${1 + randomInt(254)}`;
/** An e-mail address that nobody has an account with. */
export const freshEmail = () => `${randomUUID()}@example.org`;

export const test = base.extend({
  extraHTTPHeaders: async ({}, use) => use({ "X-Forwarded-For": address() }),
  page: async ({ page }, use) => {
    keepServed(page);
    await use(page);
  },
});

export const theSwitch = (page) => page.getByRole("switch", { name: "Use my data to train generative AI models" });
export const keepItOff = (page) => page.getByRole("button", { name: "Keep it off" });
export const said = (page) => page.getByRole("status").first();

/** Makes an account by hand; ends on the tab, which shows the notice. */
export async function signUp(page, country = REGION.optOut) {
  const email = freshEmail();
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Country").selectOption(country);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page).toHaveURL("/settings/privacy");
  return email;
}

/** Makes an account without looking at a page, so that the first visit to the tab is still to come. */
export async function join(page, country = REGION.optOut) {
  const email = freshEmail();
  await send(page, "/api/sign-up", { name: "Ada Lovelace", email, country, password: PASSWORD });
  return email;
}

export async function signIn(page, email, password = PASSWORD) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Sends a form beside the page, in the same browser: another window, or somebody in a hurry. */
export const send = (page, path, form) => page.request.post(path, { form, headers: { Accept: "application/json" } });

/** Sends the same form until the server has had enough of it. */
export async function tooOften(page, path, form) {
  while ((await send(page, path, form)).status() !== 429);
}

/** The tab, once it answers in place where scripts run. */
export async function theTab(page) {
  await page.goto("/settings/privacy");
  await awake(page);
}

/** Where scripts run: until they have. */
export async function awake(page) {
  if (await scripted(page)) await page.waitForLoadState("networkidle");
}
