// What the stories share: a browser with an address of its own, a fresh member, and the switch.
import { test as base, expect } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { randomInt, randomUUID } from "node:crypto";
import { join as path } from "node:path";
import { codeOf } from "./authenticator.mjs";
import { checked, keepServed, scripted } from "./checked.mjs";
import { confirmLink } from "./confirm.mjs";
import { binary, REGION } from "./server.mjs";

export { checked, codeOf, expect, REGION };
export const PASSWORD = "correct-horse-battery";

/** An address of one's own, so that limits by address count each story for itself. */
export const address = () => `10.${randomInt(256)}.${randomInt(256)}.${1 + randomInt(254)}`;
/** An e-mail address that nobody has an account with. */
export const freshEmail = () => `${randomUUID()}@example.org`;

export const test = base.extend({
  extraHTTPHeaders: async ({}, use) => use({ "X-Forwarded-For": address() }),
  page: async ({ page }, use) => {
    keepServed(page);
    const missing = [];
    page.on("response", (answer) => { if (answer.url().includes("/pkg/") && answer.status() >= 400) missing.push(answer.url()); });
    await use(page);
    expect(missing, "files of ours that a page asked for, and that are not there").toEqual([]);
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
  await expect(page).toHaveURL("/sign-up/sent");
  await page.goto(await linkTo(email));
  await page.getByRole("button", { name: "Confirm and sign in" }).click();
  await expect(page).toHaveURL("/settings/privacy");
  return email;
}

/** The link in the newest mail to `email`, each once. */
export const linkTo = (email) => confirmLink(path(process.env.SAYSO_E2E_DATA, "mail"), email);

/** Makes an account without looking at a page, so that the first visit to the tab is still to come. */
export async function join(page, country = REGION.optOut) {
  const email = freshEmail();
  await signUpBeside(page, { name: "Ada Lovelace", email, country, password: PASSWORD });
  return email;
}

/** Signs up with what is typed and opens the mailed link, all beside the page. */
export async function signUpBeside(page, typed) {
  await send(page, "/api/sign-up", typed);
  await page.request.get(await linkTo(typed.email));
  const answer = await send(page, "/api/confirm", {});
  expect(answer.status(), await answer.text()).toBe(200);
}

export async function signIn(page, email, password = PASSWORD) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** The command line on the stories' database. */
export function sayso(args, input) {
  const env = { ...process.env, SAYSO_LOG: "error,security=off", DATABASE_URL: `sqlite://${process.env.SAYSO_E2E_DATA}/sayso.db` };
  return execFileSync(binary, args, { env, input, timeout: 60_000 }).toString();
}

/** What the command line sets for staff, who choose PASSWORD in its place. */
export const INITIAL = "gravel umbrella ninety moths";

/** Somebody of the staff whom nobody else is: a code counts once, so the demonstration's cannot be several people at a time. */
export function newStaff(role) {
  const email = freshEmail();
  sayso(["user", "add", "--role", role, "--email", email, "--name", "Sam Staff", "--country", "IE"], INITIAL);
  return { email };
}

/** Signs in somebody of the staff beside the page, with a password of their own and a second factor; `staff` then has its secret. */
export async function signInStaff(page, role, staff = newStaff(role)) {
  await send(page, "/api/sign-in", { email: staff.email, password: INITIAL });
  await send(page, "/api/set-own-password", { password: PASSWORD });
  const html = await (await page.request.get("/sign-in/second-factor")).text();
  staff.secret = /<code class="secret">([A-Z2-7 ]+)</.exec(html)[1];
  const answer = await send(page, "/api/set-up-second-factor", { code: codeOf(staff.secret) });
  expect(answer.status(), await answer.text()).toBe(200);
  // They are shown once, which is now.
  await page.request.get("/account/recovery-codes");
  return staff;
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
