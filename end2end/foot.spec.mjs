// The foot of every page, what the objection form says about what is typed into it, and times on a telephone.
import { awake, expect, join, test } from "./app.mjs";
import { PLATFORM } from "./server.mjs";

/** The foot says who runs this, and each link leads where the settings say. */
async function hasFoot(page) {
  const foot = page.getByRole("contentinfo");
  await expect(foot).toContainText(PLATFORM.name);
  for (const [name, to] of Object.entries(PLATFORM.links)) {
    await expect(foot.getByRole("link", { name, exact: true })).toHaveAttribute("href", to);
  }
  return foot;
}

test("every page has a foot that leads to what the law wants found, on paper too", async ({ page }) => {
  for (const path of ["/sign-in", "/objection", "/transparency", "/nothing/here", "/error?about=unsaved"]) {
    await page.goto(path);
    await hasFoot(page);
  }
  await join(page);
  await page.goto("/settings/privacy");
  const foot = await hasFoot(page);
  await page.emulateMedia({ media: "print" });
  await expect(foot).toBeVisible();
  await expect(foot.getByRole("link", { name: "How objections are answered" })).toBeHidden();
  const onPaper = (link) => getComputedStyle(link, "::after").content;
  const policy = foot.getByRole("link", { name: "Privacy policy" });
  expect(await policy.evaluate(onPaper)).toContain(PLATFORM.links["Privacy policy"]);
});

test("on a telephone the foot says who is signed in, because there is no room at the top", async ({ page }) => {
  const email = await join(page);
  await page.goto("/account");
  const [top, foot] = ["banner", "contentinfo"].map((part) => page.getByRole(part).getByText(email));
  for (const [width, shown, hidden] of [[1280, top, foot], [320, foot, top]]) {
    await page.setViewportSize({ width, height: 700 });
    await expect(shown).toBeVisible();
    await expect(hidden).toBeHidden();
  }
});

test("the objection form says who receives what is typed, why, and for how long", async ({ page }) => {
  const about = page.getByRole("region", { name: "What happens with what you type" });
  await page.goto("/objection");
  await expect(about).toContainText(`${PLATFORM.name}. Its privacy officers read it`);
  await expect(about).toContainText("after 92 days");
  await expect(about).toContainText("the data protection authority where you live");
  await expect(about.getByRole("link", { name: "privacy policy" })).toHaveAttribute("href", PLATFORM.links["Privacy policy"]);
  await join(page, "IE");
  await page.goto("/objection");
  await expect(about).toContainText("You can complain to the Irish Data Protection Commission.");
  await expect(about).not.toContainText("92 days");
});

test("on a telephone a time in a list says of which zone it is", async ({ page }) => {
  await join(page);
  await page.goto("/settings/privacy/history");
  await awake(page);
  const after = () => page.locator(".rows time").first().evaluate((time) => getComputedStyle(time, "::after").content);
  expect(await after()).not.toContain("UTC");
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await after()).toContain("UTC");
});
