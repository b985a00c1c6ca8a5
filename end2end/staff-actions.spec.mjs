import { file } from "./cases.mjs";
import { expect, join, signInStaff, test } from "./app.mjs";

const browserOf = async (browser, javaScriptEnabled) => (await browser.newContext({ javaScriptEnabled })).newPage();

test("an auditor finds who opened a case, and the person reads that it happened", async ({ page, browser, javaScriptEnabled }) => {
  await join(page);
  const number = await file(page);
  await page.goto(`/objections/${number}`);
  await expect(page.getByText("No officer has opened this case yet.")).toBeVisible();

  const officer = await browserOf(browser, javaScriptEnabled);
  await signInStaff(officer, "privacy_officer");
  // The same case twice is one opening.
  for (const _ of [1, 2]) {
    await officer.goto(`/support/objections/${number}`);
    await expect(officer.getByRole("heading", { level: 1 })).toHaveText(`Case ${number}`);
  }

  const auditor = await browserOf(browser, javaScriptEnabled);
  await signInStaff(auditor, "auditor");
  await auditor.goto("/audit");
  await auditor.getByRole("link", { name: "Staff actions", exact: true }).click();
  await expect(auditor.getByRole("heading", { level: 1 })).toHaveText("Staff actions");
  await auditor.getByLabel("Case number").fill(number);
  await auditor.getByRole("button", { name: "Show", exact: true }).click();
  await expect(auditor.getByRole("heading", { level: 2 })).toHaveText("One action");
  await expect(auditor.getByRole("row", { name: /Sam Staff.*privacy officer.*Opened a case/ })).toHaveCount(1);
  await auditor.getByLabel("What", { exact: true }).selectOption("Searched for members or cases");
  await auditor.getByRole("button", { name: "Show", exact: true }).click();
  await expect(auditor.getByRole("heading", { level: 2 })).toHaveText("No matching actions.");
  await expect(auditor.getByLabel("Case number")).toHaveValue(number);
  await auditor.getByRole("link", { name: "Clear", exact: true }).click();
  await expect(auditor).toHaveURL("/audit/staff");
  const csv = await auditor.request.get(`/audit/staff.csv?case=${number}`);
  expect(await csv.text()).toMatch(/\.\d{6}Z,\d+,case-opened,success,web,Sam Staff,/);
  await auditor.goto("/audit/staff?kind=download");
  await expect(auditor.getByRole("row", { name: /Downloaded a file.*staff-actions\.csv/ }).first()).toBeVisible();

  await page.reload();
  await expect(page.getByText("An officer opened this case on")).toHaveCount(1);
  await page.goto("/settings/privacy");
  await expect(page.getByRole("article", { name: "Who looked" })).toContainText(`Our privacy team opened your objection ${number} on`);
  await page.goto("/settings/privacy/history");
  await expect(page.getByRole("row", { name: `A privacy officer opened objection ${number}` })).toHaveCount(1);
});
