// The public log in every state: explained, and the page that checks a receipt.
import { expect } from "@playwright/test";

export const LOG_STATES = {
  "the public log": {
    arrange: async (page) => {
      await expect(async () => {
        await page.goto("/log");
        await expect(page.getByText("Fingerprint of the key")).toBeVisible({ timeout: 500 });
      }).toPass();
    },
    shows: "Fingerprint of the key",
  },
  "a receipt to be checked": { arrange: (page) => page.goto("/log/check"), shows: "You need Python 3" },
};
