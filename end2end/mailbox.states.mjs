// The pages around mailed links, in every state.
import { execFileSync } from "node:child_process";
import { freshEmail, join, linkTo, PASSWORD, REGION, send, tooOften } from "./app.mjs";

const at = (path) => (page) => page.goto(path);

/** Signs up beside the page; in the browser of the page where `here`. */
async function signedUp(page, here) {
  const email = freshEmail();
  await send(page, "/api/sign-up", { name: "Ada Lovelace", email, country: REGION.optOut, password: PASSWORD });
  if (!here) await page.context().clearCookies();
  await page.goto(await linkTo(email));
}

async function forgot(page, email) {
  await page.goto("/forgot");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send me a link" }).click();
}

async function forgotten(page) {
  const email = await join(page);
  await page.context().clearCookies();
  await send(page, "/api/forgot-password", { email });
  await page.goto(await linkTo(email));
}

/** Asks for another address; returns it. */
async function askForAddress(page, present = PASSWORD) {
  await join(page);
  await page.goto("/account");
  const to = freshEmail();
  await page.getByLabel("New e-mail address").fill(to);
  await page.getByLabel("Your password", { exact: true }).fill(present);
  await page.getByRole("button", { name: "Send me a link" }).click();
  return to;
}

/** A member from before addresses were proved, on the tab. */
async function unproved(page) {
  const email = await join(page);
  const program = `import sqlite3, sys
base = sqlite3.connect(sys.argv[1], timeout=20)
with base:
    base.execute("update members set address_proved_at = null where email = ?", (sys.argv[2],))`;
  execFileSync("python3", ["-c", program, `${process.env.SAYSO_E2E_DATA}/sayso.db`, email], { timeout: 60_000 });
  await page.goto("/settings/privacy");
}

export const MAILBOX_STATES = {
  "tab without a confirmed address": { arrange: unproved, shows: "Please confirm your e-mail address" },
  "address link sent": {
    arrange: async (page) => {
      await unproved(page);
      await page.getByRole("button", { name: "Send me a link" }).click();
    },
    shows: "Open the link in it to confirm your address",
  },
  "sign-up sent": { arrange: at("/sign-up/sent"), shows: "We have sent you an e-mail" },
  "confirm here": { arrange: (page) => signedUp(page, true), shows: "We e-mailed this link to" },
  "confirm elsewhere": { arrange: (page) => signedUp(page, false), shows: "in a different browser" },
  "confirm elsewhere refused": {
    arrange: async (page) => {
      await signedUp(page, false);
      await page.getByLabel("Name").fill("");
      await page.getByRole("button", { name: "Confirm and sign in" }).click();
    },
    shows: "Please enter your name",
  },
  "confirm over": { arrange: at("/confirm?key=of-yesterday"), shows: "no longer valid" },
  forgot: { arrange: at("/forgot"), shows: "Your settings stay as they are" },
  "forgot sent": { arrange: (page) => forgot(page, freshEmail()), shows: "an e-mail with a link is on its way" },
  "forgot refused": { arrange: (page) => forgot(page, "nobody"), shows: "Please enter an e-mail address" },
  "forgot too often": {
    arrange: async (page) => {
      await tooOften(page, "/api/forgot-password", { email: freshEmail() });
      await forgot(page, freshEmail());
    },
    shows: "Too many attempts",
  },
  "new password": { arrange: forgotten, shows: "This signs you out everywhere else" },
  "new password refused": {
    arrange: async (page) => {
      await forgotten(page);
      await page.getByLabel("New password").fill("password1234");
      await page.getByRole("button", { name: "Set password and sign in" }).click();
    },
    shows: "easy to guess",
  },
  "new address asked": { arrange: (page) => askForAddress(page), shows: "We have sent an e-mail to the new address" },
  "new address refused": { arrange: (page) => askForAddress(page, "wrong-horse-battery"), shows: "not your current password" },
  "new address to confirm": { arrange: async (page) => page.goto(await linkTo(await askForAddress(page))), shows: "Confirm your new address" },
  "new address elsewhere": {
    arrange: async (page) => {
      const link = await linkTo(await askForAddress(page));
      await page.context().clearCookies();
      await page.goto(link);
    },
    shows: "Please sign in first",
  },
  "details saved": {
    arrange: async (page) => {
      await join(page);
      await page.goto("/account");
      await page.getByRole("button", { name: "Save name and country" }).click();
    },
    shows: "Saved.",
  },
  "details refused": {
    arrange: async (page) => {
      await join(page);
      await page.goto("/account");
      await page.getByLabel("Name", { exact: true }).fill("");
      await page.getByRole("button", { name: "Save name and country" }).click();
    },
    shows: "Please enter your name",
  },
};
