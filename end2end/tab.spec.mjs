import { awake, checked, expect, signIn, signUp, test, theSwitch } from "./house.mjs";

test("from sign-up to opted out, and a second browser sees it", async ({ page, browser, javaScriptEnabled }) => {
  const email = await signUp(page);
  await expect(page.getByText("New: please read this")).toBeVisible();
  await checked(page, javaScriptEnabled);
  await page.goto("/settings/privacy");
  await expect(page.getByText("New: please read this")).toHaveCount(0);
  await awake(page, javaScriptEnabled);
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await page.getByRole("button", { name: "Keep it off" }).click();
  await expect(page.getByRole("status").first()).toContainText(/Off since .* UTC.*Saved as receipt [0-9A-Z]{4}-[0-9A-Z]{4}/s);
  await expect(page.getByRole("button", { name: "Keep it off" })).toHaveCount(0);
  const other = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signIn(other, email);
  await expect(other.getByText("Off, because you said so.")).toBeVisible();
});

test("on and off cost one press and the same requests", async ({ page, javaScriptEnabled }) => {
  await signUp(page);
  await page.goto("/settings/privacy");
  const cost = { true: [], false: [] };
  for (const to of ["true", "false", "true", "false"]) {
    await awake(page, javaScriptEnabled);
    const requests = [];
    const count = (r) => { if (!r.url().includes("/pkg/") && !r.url().includes("favicon")) requests.push(`${r.method()} ${new URL(r.url()).pathname}`); };
    page.on("request", count);
    await theSwitch(page).click();
    await expect(theSwitch(page)).toHaveAttribute("aria-checked", to);
    await expect(page.getByRole("status").first()).toContainText(to === "true" ? "On since" : "Off since");
    page.off("request", count);
    cost[to].push(requests.join(", "));
  }
  expect(new Set([...cost.true, ...cost.false]).size).toBe(1);
  expect(cost.true[0]).toBe(javaScriptEnabled ? "POST /api/set-ai-training" : "POST /api/set-ai-training, GET /settings/privacy");
});

test("a double press is one entry", async ({ page, javaScriptEnabled }) => {
  await signUp(page);
  await page.goto("/settings/privacy");
  await awake(page, javaScriptEnabled);
  if (javaScriptEnabled) {
    await theSwitch(page).dblclick();
  } else {
    // Both presses of the form as it was loaded.
    const form = { wanted: "allowed", seen: "" };
    const headers = { Accept: "text/html", Referer: page.url() };
    await Promise.all([1, 2].map(() => page.request.post("/api/set-ai-training", { form, headers })));
  }
  await page.goto("/settings/privacy/history");
  await expect(page.getByRole("cell", { name: "Off → On" })).toHaveCount(1);
  await expect(page.getByRole("cell", { name: "On → Off" })).toHaveCount(0);
});

test("a stale form changes nothing and says so", async ({ page, context, javaScriptEnabled }) => {
  await signUp(page);
  await page.goto("/settings/privacy");
  await awake(page, javaScriptEnabled);
  const other = await context.newPage();
  await other.goto("/settings/privacy");
  await awake(other, javaScriptEnabled);
  await other.getByRole("button", { name: "Keep it off" }).click();
  await expect(other.getByRole("status").first()).toContainText("Off since");
  await theSwitch(page).click();
  await expect(page.getByText("This was changed in another window")).toBeVisible();
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await checked(page, javaScriptEnabled);
});

test("the keyboard alone suffices", async ({ page, javaScriptEnabled }) => {
  await signUp(page);
  await page.goto("/settings/privacy");
  await awake(page, javaScriptEnabled);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  for (let i = 0; i < 12 && !(await theSwitch(page).evaluate((el) => el === el.ownerDocument.activeElement)); i++) await page.keyboard.press("Tab");
  await expect(theSwitch(page)).toBeFocused();
  await page.keyboard.press("Space");
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
  if (javaScriptEnabled) await expect(theSwitch(page)).toBeFocused();
});

test("the demonstration accounts stand as promised", async ({ page, javaScriptEnabled }) => {
  await signIn(page, "member@sayso.example");
  await expect(page.getByText("On by default since 18 October 2024. You have not objected.")).toBeVisible();
  await checked(page, javaScriptEnabled);
  await page.context().clearCookies();
  await signIn(page, "optedout@sayso.example");
  await expect(page.getByText("Off, because you said so.")).toBeVisible();
  await page.getByRole("link", { name: "Whole history" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "History" })).toBeVisible();
  await expect(page.getByRole("cell", { name: "On → Off" })).toHaveCount(2);
  await checked(page, javaScriptEnabled);
  await page.locator("a.ref").first().click();
  await expect(page.getByRole("heading", { name: "The record itself" })).toBeVisible();
  await checked(page, javaScriptEnabled);
  await page.getByRole("link", { name: "This notice with its hash" }).click();
  await expect(page.getByText("SHA-256")).toBeVisible();
  await checked(page, javaScriptEnabled);
  await page.context().clearCookies();
  await signIn(page, "eu@sayso.example");
  await expect(page.getByText("On by default since 3 December 2025.")).toBeVisible();
  await expect(page.getByText("not offered in your country (Germany)").or(page.getByText("notice period ran")).first()).toBeVisible();
});
