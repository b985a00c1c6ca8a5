import { checked, expect, test as base } from "./app.mjs";
import { scripted, servedChecked } from "./checked.mjs";
import { STATES } from "./states.mjs";

const test = base.extend({
  /** A page without scripts, one for all states. */
  bare: [async ({ browser }, use) => use(await browser.newPage({ javaScriptEnabled: false })), { scope: "worker" }],
});

// With JavaScript axe looks at the page, and then the HTML checker at what was served, which a page without scripts shows too.
// A state that scripts bring about in place is `live`: without them it is another document, and is brought about once more.
for (const [name, { arrange, shows, live }] of Object.entries(STATES)) {
  test(`nothing is wrong with: ${name}${live ? "" : " @script"}`, async ({ page, bare }) => {
    await arrange(page);
    await expect(page.getByText(shows).first()).toBeVisible();
    await checked(page);
    if (!live && (await scripted(page))) await servedChecked(page, bare, shows);
  });
}
