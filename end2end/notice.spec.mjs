// A notice on the tab: read, decided or dismissed, with the switch on the first screen of a phone.
import { expect, join, keepItOff, said, test, theSwitch } from "./app.mjs";

const first = (page) => page.getByText("This is about using what you write here to train generative AI models.");
const dismiss = (page) => page.getByRole("button", { name: "Dismiss" });

test("on a phone the switch is on the first screen of the first visit", async ({ page }) => {
  await join(page);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/settings/privacy");
  await expect(page.getByRole("heading", { name: "New: please read this" })).toBeInViewport();
  await expect(page.getByText(/If you do nothing, it will be on by default from .* To say no, press “Keep it off” below\./)).toBeInViewport();
  for (const control of [theSwitch(page), keepItOff(page)]) {
    const { y, height } = await control.boundingBox();
    expect(y + height).toBeLessThanOrEqual(844);
  }
  // What stands nearer the switch says what it does, whatever comes first on the screen.
  await expect(theSwitch(page)).toHaveAccessibleDescription(/While this is on, we and our affiliates may use/);
});

test("a notice stays until it is dismissed, and leads to its text and to the switch", async ({ page }) => {
  await join(page);
  await page.goto("/settings/privacy");
  await page.reload();
  await expect(page.getByRole("heading", { name: "Please read this", exact: true })).toBeVisible();
  await page.getByRole("link", { name: "Read all" }).click();
  await expect(page.getByText("Training that has already happened cannot be undone.").last()).toBeInViewport();
  await page.getByRole("link", { name: "Decide now" }).click();
  await expect(theSwitch(page)).toBeInViewport();
  await dismiss(page).click();
  await expect(first(page)).toHaveCount(0);
  await page.goto("/settings/privacy");
  await expect(first(page)).toHaveCount(0);
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await expect(keepItOff(page)).toBeVisible();
});

test("a notice says nothing that a press has made untrue", async ({ page }) => {
  await join(page);
  await page.goto("/settings/privacy");
  await keepItOff(page).click();
  await expect(said(page)).toContainText("Off since");
  await expect(first(page)).not.toBeVisible();
  await page.goto("/settings/privacy");
  await expect(page.getByText(/please read this/i)).toHaveCount(0);
});
