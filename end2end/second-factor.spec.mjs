import { readFileSync } from "node:fs";
import { codeOf, expect, INITIAL, newStaff, PASSWORD, sayso, signIn, signInStaff, test } from "./app.mjs";

async function enter(page, field, value, button) {
  await page.getByLabel(field).fill(value);
  await page.getByRole("button", { name: button }).click();
}

async function signOut(page) {
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/signed-out");
}

async function withRecoveryCode(page, code) {
  await page.getByText("Use a recovery code instead").click();
  await enter(page, "Recovery code", code, "Use this recovery code");
}

test("staff choose a password, set up an app, keep their recovery codes, and come back with either", async ({ page }) => {
  const { email } = newStaff("support");
  await page.goto("/account");
  await signIn(page, email, INITIAL);
  await expect(page).toHaveURL("/sign-in/password");
  await enter(page, "New password", INITIAL, "Set password and continue");
  await expect(page.getByRole("alert")).toContainText("another password than the one that you were given");
  await enter(page, "New password", PASSWORD, "Set password and continue");
  await expect(page).toHaveURL("/sign-in/second-factor");
  const key = await page.locator(".secret").innerText();
  await expect(page.getByRole("link", { name: "Open it in an app" })).toHaveAttribute("href", new RegExp(`^otpauth://totp/.*secret=${key.replaceAll(" ", "")}`));
  await enter(page, "Six-digit code", "12345", "Confirm and sign in");
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.locator(".secret")).toHaveText(key);
  const first = codeOf(key);
  await enter(page, "Six-digit code", first, "Confirm and sign in");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Recovery codes");
  const codes = await page.locator(".codes code").allInnerTexts();
  expect(codes).toHaveLength(10);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "Download as text" }).click()]);
  expect(download.suggestedFilename()).toBe("sayso-recovery-codes.txt");
  const text = readFileSync(await download.path(), "utf8");
  for (const words of [email, ...codes]) expect(text).toContain(words);
  await page.getByRole("link", { name: "I have saved them" }).click();
  await expect(page).toHaveURL("/support");
  await page.goto("/account/recovery-codes");
  await expect(page.locator(".codes")).toHaveCount(0);
  await signOut(page);

  // A code counts once, and the next one already.
  await page.goto("/account");
  await expect(page).toHaveURL("/sign-in?next=/account");
  await page.getByLabel("E-mail address").fill(email);
  await enter(page, "Password", PASSWORD, "Sign in");
  await expect(page).toHaveURL("/sign-in/code");
  await enter(page, "Six-digit code", first, "Sign in");
  await expect(page.getByRole("alert")).toContainText("it has been used");
  await enter(page, "Six-digit code", codeOf(key, 1), "Sign in");
  await expect(page).toHaveURL("/account");
  await signOut(page);

  await signIn(page, email);
  await withRecoveryCode(page, codes[7].toLowerCase());
  await expect(page).toHaveURL("/support");
  await signOut(page);
  await signIn(page, email);
  await withRecoveryCode(page, codes[7]);
  await expect(page.getByRole("alert")).toContainText("it has been used");
  // What is to be corrected is in sight.
  await expect(page.getByLabel("Recovery code")).toBeVisible();
  await withKeyboard(page, codes[6]);
  await page.goto("/account");
  await expect(page.getByText("8 of 10 left")).toBeVisible();
});

/** From the message to its field, and on: no mouse. */
async function withKeyboard(page, code) {
  await page.getByRole("alert").getByRole("link").press("Enter");
  await page.getByLabel("Recovery code").press("End");
  await page.keyboard.type(code);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/support");
}

test("half signed in there is nothing to see", async ({ page }) => {
  const { email } = await signInStaff(page, "privacy_officer");
  await page.context().clearCookies();
  await signIn(page, email);
  await expect(page).toHaveURL("/sign-in/code");
  for (const path of ["/account", "/support", "/support/objections"]) {
    await page.goto(path);
    await expect(page).toHaveURL(`/sign-in?next=${path}`);
  }
});

test("staff change to another app, and the one before is worth nothing", async ({ page }) => {
  const staff = await signInStaff(page, "support");
  await page.goto("/account");
  await page.getByRole("link", { name: "Switch to another app" }).click();
  await enter(page, "Six-digit code", codeOf(staff.secret, 1), "Continue");
  const key = await page.locator(".secret").innerText();
  expect(key).not.toBe(staff.secret);
  await enter(page, "Six-digit code", codeOf(key), "Use the new app");
  await expect(page.getByRole("status").first()).toContainText("From now on, use the codes of the new app");
  await signOut(page);
  await signIn(page, staff.email);
  await enter(page, "Six-digit code", codeOf(staff.secret, 1), "Sign in");
  await expect(page.getByRole("alert")).toContainText("This code is wrong");
  await enter(page, "Six-digit code", codeOf(key, 1), "Sign in");
  await expect(page).toHaveURL("/support");
});

test("who has lost everything is signed out by a command, is told, and sets up anew", async ({ page }) => {
  const staff = await signInStaff(page, "auditor");
  await page.goto("/account");
  expect(sayso(["user", "reset-second-factor", staff.email])).toContain("will set up a new second factor at the next sign-in");
  await page.reload();
  await expect(page).toHaveURL("/sign-in?next=/account");
  await expect(page.getByText("You were signed out because your account was changed elsewhere.")).toBeVisible();
  await signIn(page, staff.email);
  await expect(page).toHaveURL("/sign-in/second-factor");
});

test("the demonstration's staff have the secret that the README tells", async ({ page, javaScriptEnabled }) => {
  const [, secret] = /oathtool --totp -b ([A-Z2-7]{32})/.exec(readFileSync("README.md", "utf8"));
  // A code counts once: with and without scripts it is somebody else.
  await signIn(page, javaScriptEnabled ? "support@sayso.example" : "auditor@sayso.example");
  await expect(page).toHaveURL("/sign-in/code");
  await enter(page, "Six-digit code", codeOf(secret), "Sign in");
  await expect(page).toHaveURL(javaScriptEnabled ? "/support" : "/audit");
});
