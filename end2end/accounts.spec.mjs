import { checked, expect, join, PASSWORD, signIn, signUp, test } from "./app.mjs";
import { PLATFORM, serve } from "./server.mjs";

test("a rejected sign-up says what is wrong and keeps what was typed", async ({ page }) => {
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("E-mail address").fill("nobody");
  await page.getByLabel("Country").selectOption("FR");
  await page.getByLabel("Password").fill("password1234");
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("Name")).toHaveValue("Ada Lovelace");
  await expect(page.getByLabel("E-mail address")).toHaveValue("nobody");
  await expect(page.getByLabel("Country")).toHaveValue("FR");
  await expect(page.getByLabel("Password")).toHaveValue("");
  await expect(page.getByLabel("E-mail address")).toHaveAttribute("aria-invalid", "true");
});

test("changing the password signs every other browser out", async ({ page, browser, javaScriptEnabled }) => {
  const email = await signUp(page);
  const other = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signIn(other, email);
  await expect(other).toHaveURL("/settings/privacy");
  await page.getByRole("link", { name: "Account", exact: true }).click();
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByLabel("New password").fill("plumb seven otters gladly");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password has been changed")).toBeVisible();
  await other.reload();
  await expect(other).toHaveURL(/\/sign-in\?next=/);
  await signIn(other, email, "plumb seven otters gladly");
  await expect(other).toHaveURL("/settings/privacy");
});

test("not signed in goes to sign-in and back", async ({ page }) => {
  await page.goto("/settings/privacy/history");
  await expect(page).toHaveURL("/sign-in?next=/settings/privacy/history");
  await page.getByLabel("E-mail address").fill("member@sayso.example");
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/settings/privacy/history");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page).toHaveURL("/signed-out");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("You are signed out");
  await page.getByRole("link", { name: "Sign in again" }).click();
  await expect(page).toHaveURL("/sign-in");
});

test("an unknown address is a page with status 404", async ({ page }) => {
  const answer = await page.goto("/no/such/page");
  expect(answer.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Page not found");
  await expect(page.getByRole("button", { name: "Sign out" })).toHaveCount(0);
});

test("an unknown address leaves whoever is signed in their pages", async ({ page }) => {
  await join(page);
  const answer = await page.goto("/no/such/page");
  expect(answer.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Page not found");
  await expect(page.getByRole("button", { name: "Sign out" })).toBeVisible();
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Objections", exact: true }).click();
  await expect(page).toHaveURL("/objections");
});

test("a password is shown while somebody wants to see it", async ({ page, javaScriptEnabled }) => {
  await page.goto("/sign-in");
  const password = page.getByLabel("Password");
  await password.fill("wrong-horse-battery");
  await expect(password).toHaveAttribute("type", "password");
  const show = page.getByRole("button", { name: "Show password" });
  if (!javaScriptEnabled) return expect(show).toHaveCount(0);
  await show.click();
  await expect(password).toHaveAttribute("type", "text");
  await expect(password).toHaveValue("wrong-horse-battery");
  const hide = page.getByRole("button", { name: "Hide password" });
  await hide.press("Enter");
  await expect(password).toHaveAttribute("type", "password");
  await show.click();
  // It is hidden again when it is sent.
  await page.locator("form[action^='/api/sign-in']").evaluate((form) => {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.requestSubmit();
  });
  await expect(password).toHaveAttribute("type", "password");
});

test("a refused sign-in keeps the address that was typed, and puts nothing of it into the URL", async ({ page }) => {
  await signIn(page, "nobody@sayso.example", "wrong-horse-battery");
  await expect(page).toHaveURL(/\/sign-in$/);
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("E-mail address")).toHaveValue("nobody@sayso.example");
  await expect(page.getByLabel("Password")).toHaveValue("");
});

test("where the platform makes all accounts, no page offers a sign-up", async ({ page }) => {
  const server = await serve({ SAYSO_SIGN_UP: "off" });
  try {
    const says = page.getByText(`Accounts here are made by ${PLATFORM.name}.`);
    await page.goto(`${server.url}/sign-up`);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("You cannot sign up here");
    await expect(says).toBeVisible();
    await checked(page);
    await page.getByRole("link", { name: "Sign in" }).click();
    await expect(page).toHaveURL(`${server.url}/sign-in`);
    await expect(says).toBeVisible();
    await expect(page.getByRole("link", { name: "Sign up" })).toHaveCount(0);
    await checked(page);
  } finally {
    server.stop();
  }
});
