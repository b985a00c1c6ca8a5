import { expect, join, keepItOff, REGION, said, signIn, test, theSwitch, theTab } from "./app.mjs";

// The demonstration's opt-out region with its notice period is told in tab.spec.mjs.

test("in an opt-out region it is off during the notice period, and either answer can be given", async ({ page }) => {
  await join(page, REGION.optOut);
  await theTab(page);
  await expect(page.locator("#ai-now").getByText(/Off for now\. If you do nothing, it will be on by default from \d+ \w+ \d+, \d\d:\d\d UTC\./)).toBeVisible();
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await keepItOff(page).click();
  await expect(said(page)).toContainText("Off since");
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
});

test("in an excluded region there is no switch, and a denial given there is recorded", async ({ page, browser, javaScriptEnabled }) => {
  const email = await join(page, REGION.excluded);
  await theTab(page);
  await expect(page.locator("#ai-now").getByText("Off. This is not available in your country (Monaco) under the rule in force since 18 September 2024.")).toBeVisible();
  await expect(page.getByRole("switch")).toHaveCount(0);
  await keepItOff(page).click();
  await expect(said(page)).toContainText(/Off since .* UTC.*Saved as receipt [0-9A-Z]{4}-[0-9A-Z]{4}/s);
  await expect(page.getByText("Off by your choice. It stays off until you turn it on, whatever our rules or notices say later.")).toBeVisible();
  await expect(page.getByRole("switch")).toHaveCount(0);
  await expect(keepItOff(page)).toHaveCount(0);
  const other = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signIn(other, email);
  await other.getByRole("link", { name: "History", exact: true }).click();
  await expect(other.getByRole("row", { name: /You chose to keep it off.*you, on the web/ })).toHaveCount(1);
});

test("in an excluded region a form that asks for on is refused and changes nothing", async ({ page, javaScriptEnabled }) => {
  await join(page, REGION.excluded);
  const form = { wanted: "allowed", seen: "" };
  if (javaScriptEnabled) {
    const answer = await page.request.post("/api/set-ai-training", { form, headers: { Accept: "application/json" } });
    expect(answer.status()).toBe(409);
  } else {
    const answer = await page.request.post("/api/set-ai-training", { form, headers: { Accept: "text/html" } });
    expect(answer.status()).toBe(409);
    expect(await answer.text()).toContain("Nothing was changed");
  }
  await page.goto("/settings/privacy/history");
  await expect(page.getByRole("row", { name: "you, on the web" })).toHaveCount(0);
});

test("in an opt-in region it starts at off, not asked yet, and stays off unless it is turned on", async ({ page }) => {
  await join(page, REGION.optIn);
  await theTab(page);
  await expect(page.locator("#ai-now").getByText("Off. We have not asked you yet. In your country (Andorra) it stays off unless you turn it on.")).toBeVisible();
  await expect(page.getByText("on by default from")).toHaveCount(0);
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await expect(keepItOff(page)).toBeVisible();
  await theSwitch(page).click();
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
  await expect(page.getByText("On by your choice.")).toBeVisible();
  await expect(keepItOff(page)).toHaveCount(0);
});

test("in an opt-in region no can be said as well as yes", async ({ page }) => {
  await join(page, REGION.optIn);
  await theTab(page);
  await keepItOff(page).click();
  await expect(said(page)).toContainText("Off since");
  await expect(page.getByText("Off by your choice.")).toBeVisible();
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
});

for (const [kind, country] of Object.entries(REGION)) {
  test(`a notice is delivered once, and is in the history: ${kind}`, async ({ page, browser, javaScriptEnabled }) => {
    const email = await join(page, country);
    await page.goto("/settings/privacy");
    await expect(page.getByText("New: please read this")).toBeVisible();
    await page.reload();
    await expect(page.getByText("New: please read this")).toHaveCount(0);
    const other = await (await browser.newContext({ javaScriptEnabled })).newPage();
    await signIn(other, email);
    await expect(other.getByRole("heading", { level: 1, name: "Data privacy" })).toBeVisible();
    await expect(other.getByText("New: please read this")).toHaveCount(0);
    await other.getByRole("link", { name: "History", exact: true }).click();
    await expect(other.getByRole("row", { name: "You were shown notice 3" })).toHaveCount(1);
  });
}
