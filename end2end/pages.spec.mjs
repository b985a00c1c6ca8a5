import { checked, expect, test } from "./app.mjs";
import { STATES } from "./states.mjs";

// With JavaScript axe looks, without it the HTML checker.
for (const [name, { arrange, shows }] of Object.entries(STATES)) {
  test(`nothing is wrong with: ${name}`, async ({ page }) => {
    await arrange(page);
    await expect(page.getByText(shows).first()).toBeVisible();
    await checked(page);
  });
}
