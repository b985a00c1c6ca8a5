// What an officer types who records an objection or a complaint, on the page as it is.
import { expect } from "@playwright/test";
import { numberOf } from "./cases.mjs";

/** Today, as a date field has it. */
export const today = () => new Date().toISOString().slice(0, 10);

/** How it reached us: the part that both forms have. */
export async function howItCame(page, { came = "By phone", words = "Your notes", agent } = {}) {
  await page.getByRole("radio", { name: came, exact: true }).check();
  await page.getByLabel("Received on").fill(today());
  await page.getByRole("radio", { name: words, exact: true }).check();
  if (agent) await page.getByLabel("Name of the agent").fill(agent);
}

/** Records an objection from the page with the form, and ends on its case; returns the number. */
export async function record(page, { email, purposes = ["Personalisation"], reason = "He said that he writes about his health.", ...how }) {
  await page.goto("/support/objections/record");
  await howItCame(page, how);
  await page.getByLabel("Name", { exact: true }).fill("Ben Nobody");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Country").selectOption("IE");
  for (const purpose of purposes) await page.getByLabel(purpose, { exact: true }).check();
  await page.getByLabel("Their reason (optional)").fill(reason);
  await page.getByRole("button", { name: "Record this objection" }).click();
  await expect(page.getByText("The objection is recorded.")).toBeVisible();
  return numberOf(page);
}
