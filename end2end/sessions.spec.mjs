// Where one is signed in: seen and ended from another browser.
import { expect, join, signIn, test } from "./app.mjs";

test("a session is ended from another browser, and all others at once", async ({ page, browser, javaScriptEnabled }) => {
  const email = await join(page);
  const others = [];
  for (const agent of ["Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", undefined]) {
    const other = await (await browser.newContext({ javaScriptEnabled, userAgent: agent })).newPage();
    await signIn(other, email);
    await expect(other).toHaveURL("/settings/privacy");
    others.push(other);
  }
  await page.goto("/account");
  await expect(page.getByText("this device")).toHaveCount(1);
  await page.getByRole("button", { name: /^End the session of Firefox on Linux/ }).click();
  await expect(page.getByText("That session has ended.")).toBeVisible();
  await others[0].goto("/settings/privacy");
  await expect(others[0]).toHaveURL(/\/sign-in/);
  await others[1].goto("/settings/privacy");
  await expect(others[1]).toHaveURL("/settings/privacy");
  await page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(page.getByText("You are now signed in only here.")).toBeVisible();
  await others[1].goto("/settings/privacy");
  await expect(others[1]).toHaveURL(/\/sign-in/);
});
