// Figures in every state: the charts of the staff, and what everybody may read of them.
import { expect } from "@playwright/test";
import { signInStaff } from "./app.mjs";

/** The charts as a member of the staff sees them, once the days that are over have been counted: the server begins with it at its start. */
async function figures(page, role) {
  await signInStaff(page, role);
  await expect(async () => {
    await page.goto("/support/figures");
    await expect(page.getByText(/^On \d+ \w+ \d+, training was on for \d+% of [\d,]+ members/)).toBeVisible({ timeout: 500 });
  }).toPass();
}

export const FIGURES_STATES = {
  "figures of support": { arrange: (page) => figures(page, "support"), shows: "Open cases by days left" },
  "figures of an auditor": { arrange: (page) => figures(page, "auditor"), shows: "Received and answered each week" },
  "figures with their tables": {
    arrange: async (page) => {
      await figures(page, "privacy_officer");
      for (const summary of await page.getByText("Show the table").all()) await summary.click();
    },
    shows: "Median days",
  },
  transparency: {
    arrange: async (page) => {
      await expect(async () => {
        await page.goto("/transparency");
        await expect(page.getByRole("heading", { name: "Quarter by quarter" })).toBeVisible({ timeout: 500 });
      }).toPass();
    },
    shows: "fewer than ten",
  },
};
