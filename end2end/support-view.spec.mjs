import { expect, join, test, theSwitch, theTab } from "./app.mjs";
import { STATES } from "./states.mjs";

const style = (locator, property, part) =>
  locator.evaluate((el, [property, part]) => getComputedStyle(el, part).getPropertyValue(property), [property, part]);

test("a printed history is the history: all of it, in UTC, and nothing to press", async ({ page }) => {
  await STATES["history with a few changes"].arrange(page);
  await expect(page.getByText("You turned it off").first()).toBeVisible();
  const rows = await page.getByRole("row").count();
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.getByRole("navigation")).toBeHidden();
  await expect(page.locator("button:visible, .skip:visible")).toHaveCount(0);
  await expect(page.getByRole("banner").getByText("optedout@sayso.example")).toBeVisible();
  expect(rows).toBeGreaterThan(6);
  await expect(page.locator("tr:visible")).toHaveCount(rows);
  await expect(page.locator("a.ref:visible").first()).toHaveCSS("color", await style(page.locator("body"), "color"));
  expect(await style(page.locator("html"), "background-color")).toBe("rgb(255, 255, 255)");
  expect(await style(page.locator("td time").first(), "content", "::after")).toBe("none");
});

test("nothing moves for those who asked for that", async ({ page }) => {
  await join(page);
  await theTab(page);
  expect(await style(theSwitch(page), "transition-duration", "::before")).not.toBe("0s");
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await style(theSwitch(page), "transition-duration", "::before")).toBe("0s");
});

for (const colorScheme of ["light", "dark"]) {
  test(`in the system's own colours, ${colorScheme}, state and buttons are seen`, async ({ page }) => {
    await join(page);
    await theTab(page);
    await page.emulateMedia({ forcedColors: "active", colorScheme, reducedMotion: "reduce" });
    const look = (property) => style(theSwitch(page), property, "::before");
    const off = [await look("background-image"), await look("background-color"), await look("border-color")];
    expect(off[2]).not.toBe(off[1]);
    await theSwitch(page).click();
    await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
    expect([await look("background-image"), await look("background-color")]).not.toEqual(off.slice(0, 2));
    const dot = page.locator(".dot");
    expect(await style(dot, "background-color")).not.toBe(await style(page.locator("html"), "background-color"));
    await page.goto("/account");
    const button = page.getByRole("button", { name: "Change password" });
    expect(await style(button, "color")).not.toBe(await style(button, "background-color"));
    expect(await style(page.getByRole("link", { name: "Account", exact: true }), "outline-style")).toBe("solid");
  });
}
