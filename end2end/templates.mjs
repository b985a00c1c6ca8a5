// What the stories of templates share.
import { randomUUID } from "node:crypto";
import { expect } from "./app.mjs";

/** An officer adds a template of grounds; ends on its page, and returns the title. */
export async function addTemplate(page, { purpose = "research", text }) {
  const title = `Grounds ${randomUUID().slice(0, 8)}`;
  await page.goto("/support/templates/add");
  await page.getByLabel("What it is for").selectOption("grounds");
  await page.getByLabel("Which use the grounds are about").selectOption(purpose);
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Text", { exact: true }).fill(text);
  await page.getByRole("button", { name: "Save this template" }).click();
  await expect(page.getByRole("heading", { name: title })).toBeVisible();
  return title;
}
