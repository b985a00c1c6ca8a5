// Every page in every state there is. Each is brought about as a visitor would, and `shows` something that only it has.
// A new page adds its states here, or in a file of its feature that is joined below, and is then looked at by axe, by the HTML
// checker, and by pictures.mjs.
import { expect } from "@playwright/test";
import { freshEmail, join, keepItOff, PASSWORD, REGION, send, signIn, theSwitch, theTab, tooOften } from "./app.mjs";
import { ASKING_STATES } from "./asking.states.mjs";
import { AUDIT_STATES } from "./audit.states.mjs";
import { FIGURES_STATES } from "./statistics.states.mjs";
import { OBJECTION_STATES } from "./objection.states.mjs";
import { LOG_STATES } from "./log.states.mjs";
import { MAILBOX_STATES } from "./mailbox.states.mjs";
import { NOTES_STATES } from "./notes.states.mjs";
import { PEOPLE_STATES } from "./members.states.mjs";
import { RECORDING_STATES } from "./recording.states.mjs";
import { TEMPLATES_STATES } from "./templates.states.mjs";
import { SECOND_FACTOR_STATES } from "./second-factor.states.mjs";

const at = (path) => (page) => page.goto(path);

/** A member whose first visit, with the notice, is behind them. */
async function told(page, country) {
  await join(page, country);
  await page.goto("/settings/privacy");
  await theTab(page);
}

async function signedIn(page, email) {
  await signIn(page, email);
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
}

async function pressed(page, button, to) {
  await button(page).click();
  await expect(page.getByRole("status").first()).toContainText(`${to} since`);
}

async function fillSignUp(page, password) {
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("E-mail address").fill("nobody");
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign up" }).click();
}

async function changePassword(page, present, next) {
  await page.goto("/account");
  await page.getByLabel("Current password").fill(present);
  await page.getByLabel("New password").fill(next);
  await page.getByRole("button", { name: "Change password" }).click();
}

/** The receipt of the history's row that says `what`. */
async function receipt(page, what) {
  await page.goto("/settings/privacy/history");
  await page.getByRole("row", { name: what }).getByRole("link").click();
}

/** Looks at the page of an entry again until it is in the log. */
async function inTheLog(page) {
  await expect(async () => {
    if (await page.getByRole("link", { name: "Look again" }).isVisible()) await page.getByRole("link", { name: "Look again" }).click();
    await expect(page.getByRole("link", { name: "Download receipt" })).toBeVisible({ timeout: 500 });
  }).toPass();
}

const CONSENT_STATES = {
  "sign-in": { arrange: at("/sign-in"), shows: "No account yet?" },
  "sign-in refused": { arrange: (page) => signIn(page, freshEmail(), "wrong-horse-battery"), shows: "Incorrect e-mail address or password" },
  "sign-in too often": {
    arrange: async (page) => {
      const email = freshEmail();
      await tooOften(page, "/api/sign-in", { email, password: "wrong-horse-battery" });
      await signIn(page, email);
    },
    shows: "Too many attempts",
  },
  "signed out": {
    arrange: async (page) => { await join(page); await page.goto("/account"); await page.getByRole("button", { name: "Sign out" }).click(); },
    shows: "Nobody is signed in in this browser any more",
  },
  "deleting the account": {
    arrange: async (page) => { await join(page); await page.goto("/account/delete"); },
    shows: "What is erased",
  },
  "deleting the account, wrong password": {
    arrange: async (page) => {
      await join(page);
      await page.goto("/account/delete");
      await page.getByLabel("Your password").fill("not my password");
      await page.getByRole("button", { name: "Delete my account" }).click();
    },
    shows: "This is not your current password",
  },
  "account deleted": { arrange: (page) => deleteAccount(page), shows: "You are signed out everywhere" },
  "sign-up": { arrange: at("/sign-up"), shows: "This determines which data rules" },
  "sign-up refused": { arrange: (page) => fillSignUp(page, "password1234"), shows: "Please choose your country" },
  "sign-up too often": {
    arrange: async (page) => {
      await tooOften(page, "/api/sign-up", {});
      await fillSignUp(page, PASSWORD);
    },
    shows: "Too many attempts",
  },
  account: { arrange: async (page) => { await join(page); await page.goto("/account"); }, shows: "Your details" },
  "password refused": {
    arrange: async (page) => { await join(page); await changePassword(page, PASSWORD, "password1234"); },
    shows: "easy to guess",
  },
  "password too often": {
    arrange: async (page) => {
      await join(page);
      await tooOften(page, "/api/change-password", { current: "wrong-horse-battery", password: PASSWORD });
      await changePassword(page, PASSWORD, "plumb seven otters gladly");
    },
    shows: "Too many attempts",
  },
  "password changed": {
    arrange: async (page) => { await join(page); await changePassword(page, PASSWORD, "plumb seven otters gladly"); },
    shows: "Your password has been changed",
  },
  "tab with a fresh notice": { arrange: async (page) => { await join(page); await theTab(page); }, shows: "New: please read this" },
  "tab during the notice period": { arrange: (page) => told(page), shows: "If you do nothing, it will be on by default from" },
  "tab on by default": { arrange: (page) => signIn(page, "member@sayso.example"), shows: "On by default since" },
  "tab chosen on": { arrange: async (page) => { await told(page); await pressed(page, theSwitch, "On"); }, shows: "On by your choice.", live: true },
  "tab chosen off": { arrange: async (page) => { await told(page); await pressed(page, keepItOff, "Off"); }, shows: "Off by your choice.", live: true },
  "tab with a few changes": { arrange: (page) => signIn(page, "optedout@sayso.example"), shows: "Off by your choice." },
  "tab stale": {
    arrange: async (page) => {
      await told(page);
      await send(page, "/api/set-ai-training", { wanted: "denied", seen: "" });
      await theSwitch(page).click();
    },
    shows: "This changed after you loaded the page", live: true,
  },
  "tab unreachable @script": {
    arrange: async (page) => {
      await told(page);
      await page.route("**/api/set-ai-training*", (route) => route.abort());
      await theSwitch(page).click();
    },
    shows: "could not reach the server", live: true,
  },
  "tab signed out meanwhile @script": {
    arrange: async (page) => {
      await told(page);
      await page.context().clearCookies();
      await theSwitch(page).click();
    },
    shows: "Please sign in first", live: true,
  },
  "tab excluded": { arrange: (page) => told(page, REGION.excluded), shows: "not available in your country" },
  "tab excluded, kept off": {
    arrange: async (page) => { await told(page, REGION.excluded); await pressed(page, keepItOff, "Off"); },
    shows: "Off by your choice.", live: true,
  },
  "tab opt-in": { arrange: (page) => told(page, REGION.optIn), shows: "Off. We have not asked you yet." },
  "tab opt-in, turned on": {
    arrange: async (page) => { await told(page, REGION.optIn); await pressed(page, theSwitch, "On"); },
    shows: "On by your choice.", live: true,
  },
  "history begun": { arrange: async (page) => { await join(page); await page.goto("/settings/privacy/history"); }, shows: "Account created" },
  "history at a past time": {
    arrange: async (page) => { await signedIn(page, "optedout@sayso.example"); await page.goto(`/settings/privacy/history?at=${new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)}`); },
    shows: "Back to the present",
  },
  "history, a time to come": {
    arrange: async (page) => { await signedIn(page, "optedout@sayso.example"); await page.goto("/settings/privacy/history?at=2999-01-01T00:00"); },
    shows: "This time has not come yet.",
  },
  "history with a few changes": {
    arrange: async (page) => { await signedIn(page, "optedout@sayso.example"); await page.goto("/settings/privacy/history"); },
    shows: "You turned it off",
  },
  "entry of the beginning": { arrange: async (page) => { await join(page); await receipt(page, "Account created"); }, shows: "The stored entry" },
  "entry of a notice": {
    arrange: async (page) => { await told(page); await receipt(page, "You were shown notice"); },
    shows: "The notice you were shown",
  },
  "entry of a choice": {
    arrange: async (page) => { await told(page); await pressed(page, theSwitch, "On"); await receipt(page, "You turned it on"); },
    shows: "You turned it on",
  },
  "receipt to print": {
    arrange: async (page) => {
      await told(page);
      await pressed(page, theSwitch, "On");
      await receipt(page, "You turned it on");
      await inTheLog(page);
      await page.getByRole("link", { name: "Receipt to print" }).click();
    },
    shows: "The entry, byte for byte",
  },
  notice: { arrange: at("/notices/generative-ai-training/3"), shows: "Fingerprint (SHA-256)" },
  "not found": { arrange: at("/no/such/page"), shows: "There is nothing at this address" },
  "not found, signed in": {
    arrange: async (page) => { await join(page); await page.goto("/no/such/page"); },
    shows: "There is nothing at this address",
  },
  "something went wrong": { arrange: at("/error?reference=7KQ2-9FMX"), shows: "7KQ2-9FMX" },
  "not offered": {
    arrange: async (page) => { await join(page, REGION.excluded); await page.goto("/error?about=not-offered"); },
    shows: "not available in your region",
  },
  unreadable: { arrange: at("/error?about=unreadable"), shows: "We could not read your request" },
};

async function deleteAccount(page) {
  await join(page);
  await page.goto("/account/delete");
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Delete my account" }).click();
}

export const STATES = {
  ...CONSENT_STATES, ...OBJECTION_STATES, ...PEOPLE_STATES, ...LOG_STATES, ...MAILBOX_STATES, ...AUDIT_STATES, ...FIGURES_STATES,
  ...SECOND_FACTOR_STATES, ...RECORDING_STATES, ...TEMPLATES_STATES, ...NOTES_STATES, ...ASKING_STATES,
};
