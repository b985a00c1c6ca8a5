import { awake, expect, join, keepItOff, said, send, signIn, signUp, test, theSwitch, theTab } from "./app.mjs";

test("from sign-up to opted out, and a second browser sees it", async ({ page, browser, javaScriptEnabled }) => {
  const email = await signUp(page);
  await expect(page.getByText("New: please read this")).toBeVisible();
  await theTab(page);
  await expect(page.getByText("New: please read this")).toHaveCount(0);
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await keepItOff(page).click();
  await expect(said(page)).toContainText(/Off since .* UTC.*Saved as receipt [0-9A-Z]{4}-[0-9A-Z]{4}/s);
  await expect(keepItOff(page)).toHaveCount(0);
  const other = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signIn(other, email);
  await expect(other.getByText("Off by your choice.")).toBeVisible();
});

test("on and off cost one press and the same requests", async ({ page, javaScriptEnabled }) => {
  await join(page);
  await theTab(page);
  const cost = { true: [], false: [] };
  for (const to of ["true", "false", "true", "false"]) {
    await awake(page);
    const requests = [];
    const count = (r) => { if (!r.url().includes("/pkg/") && !r.url().includes("favicon")) requests.push(`${r.method()} ${new URL(r.url()).pathname}`); };
    page.on("request", count);
    await theSwitch(page).click();
    await expect(theSwitch(page)).toHaveAttribute("aria-checked", to);
    await expect(said(page)).toContainText(to === "true" ? "On since" : "Off since");
    page.off("request", count);
    cost[to].push(requests.join(", "));
  }
  expect(new Set([...cost.true, ...cost.false]).size).toBe(1);
  expect(cost.true[0]).toBe(javaScriptEnabled ? "POST /api/set-ai-training" : "POST /api/set-ai-training, GET /settings/privacy");
});

test("a double press is one entry", async ({ page, javaScriptEnabled }) => {
  await join(page);
  await theTab(page);
  if (javaScriptEnabled) {
    await theSwitch(page).dblclick();
    await expect(said(page)).toContainText("On since");
    await page.waitForLoadState("networkidle");
  } else {
    // Both presses of the form as it was loaded.
    const form = { wanted: "allowed", seen: "" };
    const headers = { Accept: "text/html", Referer: page.url() };
    await Promise.all([1, 2].map(() => page.request.post("/api/set-ai-training", { form, headers })));
  }
  await page.goto("/settings/privacy/history");
  await expect(page.getByRole("cell", { name: "You turned it on" })).toHaveCount(1);
  await expect(page.getByRole("cell", { name: "You turned it off" })).toHaveCount(0);
});

test("a stale form changes nothing and says so", async ({ page, context }) => {
  await join(page);
  await theTab(page);
  const other = await context.newPage();
  await theTab(other);
  await keepItOff(other).click();
  await expect(said(other)).toContainText("Off since");
  await theSwitch(page).click();
  await expect(page.getByText("This changed after you loaded the page")).toBeVisible();
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await page.goto("/settings/privacy/history");
  await expect(page.getByRole("row", { name: "you, on the web" })).toHaveCount(1);
});

test("the keyboard alone suffices", async ({ page, javaScriptEnabled }) => {
  await join(page);
  await theTab(page);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  const focused = (thing) => thing.evaluate((el) => el === el.ownerDocument.activeElement);
  for (let i = 0; i < 12 && !(await focused(theSwitch(page))); i++) await page.keyboard.press("Tab");
  await expect(theSwitch(page)).toBeFocused();
  await page.keyboard.press("Space");
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
  if (javaScriptEnabled) await expect(theSwitch(page)).toBeFocused();
});

test("from the keyboard alone it is kept off, and the focus does not get lost", async ({ page, javaScriptEnabled }) => {
  await join(page);
  await theTab(page);
  await keepItOff(page).focus();
  await page.keyboard.press("Enter");
  await expect(keepItOff(page)).toHaveCount(0);
  await expect(said(page)).toContainText("Off since");
  // The button is gone; whoever pressed it stands at the answer, not at the top of the page.
  if (javaScriptEnabled) await expect(said(page)).toBeFocused();
});

test("what the answer says is there for those who hear the page", async ({ page }) => {
  await join(page);
  await theTab(page);
  await theSwitch(page).click();
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
  await expect(theSwitch(page)).toHaveAccessibleDescription(/we and our affiliates may use/);
  await expect(said(page)).toContainText(/On since \d+ \w+ \d+, \d\d:\d\d UTC.*Saved as receipt [0-9A-Z]{4}-[0-9A-Z]{4}\./s);
  const stale = await send(page, "/api/set-ai-training", { wanted: "denied", seen: "" });
  expect(await stale.json()).toMatchObject({ stale: true, on: true });
});

test("the demonstration accounts stand as promised", async ({ page }) => {
  await signIn(page, "member@sayso.example");
  await expect(page.locator("#ai-now").getByText("On by default since 18 October 2024. You have not objected.")).toBeVisible();
  await page.context().clearCookies();
  await signIn(page, "optedout@sayso.example");
  await expect(page.locator("#ai-now").getByText("Off by your choice.")).toBeVisible();
  await page.getByRole("link", { name: "Full history" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "History" })).toBeVisible();
  await expect(page.getByRole("cell", { name: "You turned it off" })).toHaveCount(2);
  await page.getByRole("row", { name: "You turned it off" }).first().getByRole("link").click();
  await expect(page.getByRole("heading", { name: "The stored entry" })).toBeVisible();
  await page.getByRole("link", { name: "View this notice and its fingerprint" }).click();
  await expect(page.getByText("Fingerprint (SHA-256)")).toBeVisible();
  await page.context().clearCookies();
  await signIn(page, "eu@sayso.example");
  await expect(page.locator("#ai-now").getByText("On by default since 3 December 2025.")).toBeVisible();
  await expect(page.getByText("not available in your country (Germany)").or(page.getByText("notice period.")).first()).toBeVisible();
});
