import { expect, PASSWORD, signIn, test } from "./app.mjs";
import { bringIn, mailedLink } from "./members.mjs";

test("a member who was brought in asks for a link, sets a password, and is at home", async ({ page, browser, javaScriptEnabled }) => {
  const email = bringIn();
  await signIn(page, email);
  await expect(page.getByRole("alert")).toContainText("Incorrect e-mail address or password");
  await page.getByRole("link", { name: "Get a link" }).click();
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send me a link" }).click();
  await expect(page.getByRole("status")).toContainText("an e-mail with a link is on its way");
  const link = await mailedLink(email);
  await page.goto(link);
  await expect(page).toHaveURL("/welcome");
  await expect(page.getByText(email)).toBeVisible();
  await page.getByLabel("Password").fill("password1234");
  await page.getByRole("button", { name: "Set password and sign in" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Set password and sign in" }).click();
  await expect(page).toHaveURL("/settings/privacy");
  await expect(page.getByText("Account brought here, with this off")).toBeVisible();
  // The link is used up, whoever has it.
  const other = await (await browser.newContext({ javaScriptEnabled })).newPage();
  expect((await other.goto(link)).status()).toBe(404);
  await expect(other.getByText("This link has been used")).toBeVisible();
  await signIn(other, email);
  await expect(other).toHaveURL("/settings/privacy");
});
