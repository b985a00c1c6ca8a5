// Whose mailbox it is: the link at sign-up, in this browser and in another; a forgotten password; another address.
import { expect, freshEmail, join, linkTo, PASSWORD, send, signIn, test } from "./app.mjs";

const NEW = "plumb seven otters gladly";

test("a link that is opened in another browser asks who one is, and for a password", async ({ page, browser, javaScriptEnabled }) => {
  const email = freshEmail();
  await send(page, "/api/sign-up", { name: "Eve", email, country: "US", password: PASSWORD });
  const other = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await other.goto(await linkTo(email));
  await expect(other).toHaveURL("/confirm");
  await expect(other.getByLabel("Name")).toHaveValue("Eve");
  await other.getByLabel("Name").fill("Ada Lovelace");
  await other.getByLabel("Country").selectOption("IE");
  await other.getByLabel("New password").fill("short");
  await other.getByRole("button", { name: "Confirm and sign in" }).click();
  await expect(other.getByRole("alert")).toBeFocused();
  await expect(other.getByLabel("Name")).toHaveValue("Ada Lovelace");
  await other.getByLabel("New password").fill(NEW);
  await other.getByRole("button", { name: "Confirm and sign in" }).click();
  await expect(other).toHaveURL("/settings/privacy");
  await signIn(page, email);
  await expect(page.getByRole("alert")).toContainText("Incorrect e-mail address or password");
});

test("whoever signed up first shows nothing of theirs to the owner, who finds what they typed", async ({ page, browser, javaScriptEnabled }) => {
  const email = freshEmail();
  const stranger = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await send(stranger, "/api/sign-up", { name: "Eve", email, country: "US", password: PASSWORD });
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ada Lovelace");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Country", { exact: true }).selectOption("IE");
  await page.getByLabel("Password").fill(NEW);
  await page.getByRole("button", { name: "Sign up" }).click();
  await expect(page).toHaveURL("/sign-up/sent");
  await expect(page.getByText(`We have sent an e-mail to ${email}.`)).toBeVisible();
  await expect(page.getByText("Open the link in this browser.")).toBeVisible();
  await page.goto(await linkTo(email));
  await page.getByRole("button", { name: "Confirm and sign in" }).click();
  await expect(page).toHaveURL("/settings/privacy");
  await page.goto("/account");
  await expect(page.getByRole("textbox", { name: "Name" })).toHaveValue("Ada Lovelace");
  await expect(page.getByLabel("Country", { exact: true })).toHaveValue("IE");
});

test("a form about the country that is older than a move changes nothing, and says so", async ({ page }) => {
  await join(page);
  await page.goto("/account");
  const old = await page.context().newPage();
  await old.goto("/account");
  await page.getByLabel("Country", { exact: true }).selectOption("FR");
  await page.getByRole("button", { name: "Save name and country" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await old.getByLabel("Country", { exact: true }).selectOption("CA");
  await old.getByRole("button", { name: "Save name and country" }).click();
  await expect(old.getByRole("alert")).toContainText("the country France");
  await expect(old.getByLabel("Country", { exact: true })).toHaveValue("CA");
  await page.reload();
  await expect(page.getByLabel("Country", { exact: true })).toHaveValue("FR");
});

test("a forgotten password is set anew by a mailed link, and the other browser is signed out", async ({ page, browser, javaScriptEnabled }) => {
  const email = await join(page);
  const other = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await other.goto("/sign-in");
  await other.getByRole("link", { name: "Set a new one" }).click();
  await other.getByLabel("E-mail address").fill(email);
  await other.getByRole("button", { name: "Send me a link" }).click();
  await expect(other.getByRole("status")).toContainText("an e-mail with a link is on its way");
  await other.goto(await linkTo(email));
  await expect(other.getByLabel("E-mail address")).toHaveValue(email);
  await other.getByLabel("New password").fill(NEW);
  await other.getByRole("button", { name: "Set password and sign in" }).click();
  await expect(other).toHaveURL("/settings/privacy");
  await page.goto("/settings/privacy");
  await expect(page).toHaveURL(/\/sign-in\?next=/);
});

test("an address is changed once the new one is confirmed, and moving asks for the notice again", async ({ page }) => {
  await join(page);
  await page.goto("/account");
  const to = freshEmail();
  await page.getByLabel("New e-mail address").fill(to);
  await page.getByLabel("Your password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Send me a link" }).click();
  await expect(page.getByText("We have sent an e-mail to the new address.")).toBeVisible();
  await page.goto(await linkTo(to));
  await page.getByRole("button", { name: "Confirm this address" }).click();
  await expect(page.getByText("Your e-mail address is confirmed.")).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: to })).toBeVisible();
  await page.getByLabel("Country", { exact: true }).selectOption("FR");
  await page.getByRole("button", { name: "Save name and country" }).click();
  await expect(page.getByText("Saved.")).toBeVisible();
  await page.goto("/settings/privacy/history");
  await expect(page.getByText("Country changed from United States to France")).toBeVisible();
});
