// The second factor of staff, in every state.
import { expect } from "@playwright/test";
import { codeOf, INITIAL, newStaff, PASSWORD, sayso, send, signIn, signInStaff, tooOften } from "./app.mjs";

async function press(page, field, value, button) {
  await page.getByLabel(field).fill(value);
  await page.getByRole("button", { name: button }).click();
}

/** Somebody who has entered the password that was set for them. */
async function toChoose(page) {
  await signIn(page, newStaff("support").email, INITIAL);
  await expect(page.getByRole("heading", { name: "Choose your own password" })).toBeVisible();
}

/** The same once they have chosen their own, who see what to set up. */
async function toSetUp(page) {
  await toChoose(page);
  await press(page, "New password", PASSWORD, "Set password and continue");
  await expect(page.getByRole("heading", { name: "Set up your second factor" })).toBeVisible();
}

/** Somebody with a second factor who has entered their password. */
async function halfway(page) {
  const staff = await signInStaff(page, "support");
  await page.context().clearCookies();
  await signIn(page, staff.email);
  await expect(page.getByRole("heading", { name: "Enter your code" })).toBeVisible();
}

async function usingRecoveryCode(page, code) {
  await page.getByText("Use a recovery code instead").click();
  await press(page, "Recovery code", code, "Use this recovery code");
}

async function signedIn(page, path) {
  const staff = await signInStaff(page, "support");
  await page.goto(path);
  return staff;
}

/** Somebody who is shown the secret of their next app. */
async function anotherApp(page) {
  const { secret } = await signedIn(page, "/account/authenticator");
  await press(page, "Six-digit code", codeOf(secret, 1), "Continue");
  await expect(page.getByRole("img", { name: "QR code" })).toBeVisible();
}

export const SECOND_FACTOR_STATES = {
  "a password of one's own": { arrange: toChoose, shows: "Please choose one that only you know" },
  "a password of one's own, refused": {
    arrange: async (page) => { await toChoose(page); await press(page, "New password", INITIAL, "Set password and continue"); },
    shows: "Please choose another password than the one that you were given",
  },
  "a password of one's own, chosen already": {
    arrange: async (page) => {
      await toChoose(page);
      await send(page, "/api/set-own-password", { password: PASSWORD });
      await press(page, "New password", "plumb seven otters gladly", "Set password and continue");
    },
    shows: "You have already chosen another password",
  },
  "second factor to set up": { arrange: toSetUp, shows: "Add Sayso to your authenticator app" },
  "second factor to set up, refused": {
    arrange: async (page) => { await toSetUp(page); await press(page, "Six-digit code", "12345", "Confirm and sign in"); },
    shows: "This code is wrong",
  },
  "second factor set up": {
    arrange: async (page) => {
      await toSetUp(page);
      await press(page, "Six-digit code", codeOf(await page.locator(".secret").innerText()), "Confirm and sign in");
    },
    shows: "Save these codes now",
  },
  "sign-in of staff, the code": { arrange: halfway, shows: "enter the six digits that it shows" },
  "sign-in of staff, code refused": {
    arrange: async (page) => { await halfway(page); await press(page, "Six-digit code", "12345", "Sign in"); },
    shows: "This code is wrong",
  },
  "sign-in of staff, recovery code refused": {
    arrange: async (page) => { await halfway(page); await usingRecoveryCode(page, "7KQ2-9FMX"); },
    shows: "This is not one of your recovery codes",
  },
  "sign-in of staff, too often": {
    arrange: async (page) => {
      await halfway(page);
      await tooOften(page, "/api/enter-code", { code: "12345" });
      await press(page, "Six-digit code", "12345", "Sign in");
    },
    shows: "Too many attempts",
  },
  "sign-in of staff, from the beginning": {
    arrange: async (page) => {
      const staff = await signedIn(page, "/support");
      sayso(["user", "reset-second-factor", staff.email]);
      await page.reload();
    },
    shows: "You were signed out",
  },
  "account of staff": { arrange: (page) => signedIn(page, "/account"), shows: "10 of 10 left" },
  "recovery codes, left": { arrange: (page) => signedIn(page, "/account/recovery-codes"), shows: "We show them only when you make them" },
  "recovery codes, refused": {
    arrange: async (page) => {
      await signedIn(page, "/account/recovery-codes");
      await press(page, "Six-digit code", "12345", "Make new recovery codes");
    },
    shows: "This code is wrong",
  },
  "recovery codes, too often": {
    arrange: async (page) => {
      await signedIn(page, "/account/recovery-codes");
      await tooOften(page, "/api/make-recovery-codes", { proof: "12345" });
      await press(page, "Six-digit code", "12345", "Make new recovery codes");
    },
    shows: "Too many attempts",
  },
  "recovery codes, new": {
    arrange: async (page) => {
      const { secret } = await signedIn(page, "/account/recovery-codes");
      await press(page, "Six-digit code", codeOf(secret, 1), "Make new recovery codes");
    },
    shows: "Save these codes now",
  },
  "another app, first a code": { arrange: (page) => signedIn(page, "/account/authenticator"), shows: "First, a code from your current app" },
  "another app, code refused": {
    arrange: async (page) => { await signedIn(page, "/account/authenticator"); await press(page, "Six-digit code", "", "Continue"); },
    shows: "Please enter the six digits",
  },
  "another app, to set up": { arrange: anotherApp, shows: "Enter the code that the app shows" },
  "another app, used": {
    arrange: async (page) => {
      await anotherApp(page);
      await press(page, "Six-digit code", codeOf(await page.locator(".secret").innerText()), "Use the new app");
    },
    shows: "From now on, use the codes of the new app",
  },
};
