// Templates of texts: an officer keeps one, and puts it into the form of a case.
import { elsewhere, filedByMember } from "./cases.mjs";
import { checked, expect, signInStaff, test } from "./app.mjs";
import { addTemplate } from "./templates.mjs";

test("a template is kept in versions", async ({ page }) => {
  await signInStaff(page, "privacy_officer");
  const title = await addTemplate(page, { text: "Dear {name}." });
  await expect(page.getByRole("status").first()).toContainText("The template is saved.");
  await page.getByLabel("Text", { exact: true }).fill("Dear {name}, dear {nmae}.");
  await page.getByRole("button", { name: "Save a new version" }).click();
  await expect(page.getByRole("alert")).toContainText("{nmae} is not filled in.");
  await expect(page.getByLabel("Text", { exact: true })).toHaveValue("Dear {name}, dear {nmae}.");
  await checked(page);
  await page.getByLabel("Text", { exact: true }).fill("Good day, {name}.");
  await page.getByRole("button", { name: "Save a new version" }).click();
  await expect(page.getByRole("heading", { name: "Version 2" })).toBeVisible();
  await page.getByRole("button", { name: "Retire it" }).click();
  await expect(page.getByRole("heading", { name: "Version 3, retired" })).toBeVisible();
  await page.getByRole("link", { name: "Back to the templates" }).click();
  await page.getByText("Retired templates").click();
  await expect(page.getByRole("link", { name: title })).toBeVisible();
  await checked(page);
});

test("a template is put below what was typed", async ({ page }) => {
  const number = await filedByMember(await elsewhere(page), { purposes: ["inferences"] });
  await signInStaff(page, "privacy_officer");
  const title = await addTemplate(page, { purpose: "inferences", text: "Dear {name}, this is about {number}." });
  await page.goto(`/support/objections/${number}`);
  await page.getByRole("button", { name: "Start the review" }).click();
  const grounds = page.getByLabel(/^Grounds, if you refuse/);
  await page.getByRole("radio", { name: "Refuse" }).check();
  await grounds.fill("First this.");
  const list = page.getByLabel("Template", { exact: true }).first();
  await list.selectOption({ label: title });
  await page.getByRole("button", { name: "Add to the text" }).first().click();
  await expect(grounds).toHaveValue(`First this.\n\nDear Ada Lovelace, this is about ${number}.`);
  await expect(page.getByRole("radio", { name: "Refuse" })).toBeChecked();
  await page.getByRole("button", { name: "Show what they will read" }).click();
  await expect(page.locator(".letter")).toContainText(`this is about ${number}.`);
  await checked(page);
  await page.getByRole("button", { name: "Send to a second officer" }).click();
  await expect(page.getByText("It is sent once a second officer has agreed to it.")).toBeVisible();
});

test("the button without a template chosen says so, and keeps what was typed", async ({ page }) => {
  const number = await filedByMember(await elsewhere(page), { purposes: ["inferences"] });
  await signInStaff(page, "privacy_officer");
  await addTemplate(page, { purpose: "inferences", text: "Dear {name}." });
  await page.goto(`/support/objections/${number}`);
  await page.getByRole("button", { name: "Start the review" }).click();
  const grounds = page.getByLabel(/^Grounds, if you refuse/);
  await grounds.fill("First this.");
  await page.getByRole("button", { name: "Add to the text" }).first().click();
  await expect(page.getByRole("alert")).toContainText("Please choose a template from the list first.");
  await expect(grounds).toHaveValue("First this.");
});
