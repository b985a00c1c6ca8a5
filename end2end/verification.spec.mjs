// An auditor verifies the whole record: it runs in the background, says how far it is, and what it found.
import { checked, expect, signInStaff, test } from "./app.mjs";
import { scripted } from "./checked.mjs";

test("an auditor verifies the whole record", async ({ page }) => {
  await signInStaff(page, "auditor");
  await page.goto("/audit/ledger");
  await page.getByRole("link", { name: "Verify the whole record" }).click();
  const begin = page.getByRole("button", { name: "Verify the whole record" });
  // Another story may verify meanwhile: one at a time.
  const ended = () => expect(async () => {
    if (!(await begin.isVisible())) await page.goto("/audit/verification");
    await expect(begin).toBeVisible({ timeout: 500 });
  }).toPass();
  await ended();
  await begin.click();
  // With a script the page says by itself that it has ended.
  if (await scripted(page)) await expect(begin).toBeVisible({ timeout: 30_000 });
  await ended();
  await expect(page.getByText("each linked to the one before").first()).toBeVisible();
  const newest = page.getByRole("table").getByRole("row").nth(1);
  await expect(newest).toContainText(/All \d+ records hold/);
  // When it ended stands beside when it began.
  await expect(newest.getByRole("cell").nth(1).locator("time")).toBeVisible();
  await checked(page);
});
