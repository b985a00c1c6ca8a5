import { PASSWORD, expect, join, signIn, test } from "./app.mjs";

test("a member deletes their account, and the same address begins anew", async ({ page }) => {
  const email = await join(page);
  await page.goto("/account");
  await page.getByRole("link", { name: "Delete your account" }).click();
  await expect(page.getByRole("heading", { name: "What stays" })).toBeVisible();
  await page.getByLabel("Your password").fill("not my password");
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(page.getByRole("alert")).toContainText("This is not your current password.");
  await page.getByLabel("Your password").fill(PASSWORD);
  await page.getByRole("button", { name: "Delete my account" }).click();
  await expect(page).toHaveURL(/\/account\/deleted$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your account is deleted");
  await page.goto("/settings/privacy");
  await expect(page).toHaveURL(/sign-in/);
  await signIn(page, email);
  await expect(page.getByRole("alert")).toBeVisible();
});
