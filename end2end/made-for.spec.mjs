// A page stays open while somebody else signs in at the same browser: it does nothing for them, and shows them nothing.
import { purpose, reason } from "./cases.mjs";
import { expect, join, linkTo, REGION, said, send, signIn, signUp, test, theSwitch, theTab } from "./app.mjs";

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

/** Two people in one browser, each with a page open that their own mailed link led to. */
async function twoLinks(page) {
  const tabs = [];
  for (const email of [await join(page), await join(page)]) {
    await send(page, "/api/sign-out", {});
    await send(page, "/api/forgot-password", { email });
    const tab = await page.context().newPage();
    await tab.goto(await linkTo(email));
    tabs.push({ email, tab });
  }
  return tabs;
}

test("the page of one link sets no password for another, and says so", async ({ page }) => {
  const [ada, eve] = await twoLinks(page);
  const set = async ({ tab }, password) => {
    await tab.getByLabel("New password").fill(password);
    await tab.getByRole("button", { name: "Set password and sign in" }).click();
  };
  await set(ada, "what Ada alone should know");
  await expect(ada.tab.getByRole("heading", { level: 1 })).toHaveText("This page was made by another link");
  await expect(ada.tab.getByText("Please open the link in your e-mail again.")).toBeVisible();
  await set(eve, "what Eve alone should know");
  await expect(eve.tab).toHaveURL("/settings/privacy");
  await send(page, "/api/sign-out", {});
  await signIn(page, eve.email, "what Ada alone should know");
  await expect(page.getByRole("alert")).toContainText("Incorrect e-mail address or password");
  await signIn(page, ada.email);
  await expect(page).toHaveURL("/settings/privacy");
});
