// A page stays open while somebody else signs in at the same browser: it does nothing for them, and shows them nothing.
import { purpose, reason } from "./cases.mjs";
import { expect, join, REGION, said, send, signUp, test, theSwitch, theTab } from "./app.mjs";

/** Eve signs in in another window of Ada's browser; her switch is off. */
async function eveSignsIn(page) {
  await send(page, "/api/sign-out", {});
  await join(page, REGION.optOut);
}

test("the switch on somebody else's page changes nothing", async ({ page, javaScriptEnabled }) => {
  await join(page);
  await theTab(page);
  await eveSignsIn(page);
  await theSwitch(page).click();
  if (javaScriptEnabled) {
    const refused = page.getByRole("alert").filter({ hasText: "Somebody else has signed in here since this page was loaded, so nothing was changed." });
    await expect(refused).toBeVisible();
    await theSwitch(page).click();
    await expect(refused).toBeVisible();
    await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
    await expect(said(page)).toBeEmpty();
  } else {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Somebody else has signed in here");
  }
  await page.goto("/settings/privacy");
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await page.goto("/settings/privacy/history");
  await expect(page.getByText("You turned it on")).toHaveCount(0);
});

test("what somebody typed is not filled in for the next person", async ({ page }) => {
  await signUp(page);
  await page.goto("/objection");
  await purpose(page, "Research").check();
  await reason(page).fill("What Ada wrote");
  await page.goto("/account");
  await page.getByRole("button", { name: "Sign out" }).click();
  await join(page);
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL("/objection");
  await expect(reason(page)).toHaveValue("");
  await expect(purpose(page, "Research")).not.toBeChecked();
});
