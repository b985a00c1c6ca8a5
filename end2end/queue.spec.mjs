// An officer's day on the queue: sorting, columns, several cases at once, one case after the other, and what changes meanwhile.
import { elsewhere, filedByMember, filedWithCode, officer } from "./cases.mjs";
import { checked, expect, signInStaff, test } from "./app.mjs";

/** An officer on the queue of the newest cases, of which these are two. */
async function desk(page) {
  const numbers = [await filedByMember(await elsewhere(page)), await filedByMember(await elsewhere(page))];
  await signInStaff(page, "privacy_officer");
  await page.goto("/support/objections?sort=-received&column=received,name,left");
  return numbers;
}
const box = (page, number) => page.getByRole("checkbox", { name: `Select ${number}` });
const says = (page, text) => expect(page.getByRole("status").filter({ hasText: text })).toBeVisible();

test("the queue is sorted by its headings and has the columns that were chosen", async ({ page }) => {
  const [one, two] = await desk(page);
  const heading = (name) => page.getByRole("columnheader", { name });
  await expect(heading("Received")).toHaveAttribute("aria-sort", "descending");
  // Others file meanwhile: of these two the newer one stands first.
  const rows = (await page.getByRole("row").allTextContents()).join();
  expect(rows.indexOf(two)).toBeGreaterThan(0);
  expect(rows.indexOf(two)).toBeLessThan(rows.indexOf(one));
  await heading("Received").getByRole("link").click();
  await expect(heading("Received")).toHaveAttribute("aria-sort", "ascending");
  await heading("Name").getByRole("link").click();
  await expect(heading("Name")).toHaveAttribute("aria-sort", "ascending");
  await page.getByText("Filter and columns").click();
  await page.getByRole("checkbox", { name: "Name" }).uncheck();
  await page.getByRole("checkbox", { name: "Country" }).check();
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect(heading("Name")).toHaveCount(0);
  await expect(heading("Country")).toBeVisible();
  await page.getByRole("searchbox", { name: "Find a case" }).fill(one);
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("heading", { name: "One case" })).toBeVisible();
});

test("a case is found by a part of its number, the middle of a name and a typing error", async ({ page }) => {
  const { number, email } = await filedWithCode(await elsewhere(page), { name: "Zacharias Quillfeather" });
  await signInStaff(page, "privacy_officer");
  await page.goto("/support/objections");
  const search = async (words) => {
    await page.getByRole("searchbox", { name: "Find a case" }).fill(words);
    await page.getByRole("button", { name: "Search" }).click();
  };
  const found = () => expect(page.getByRole("link", { name: number }).first()).toBeVisible();
  for (const words of [number.slice(4), number.toLowerCase(), "illfeath", email]) {
    await search(words);
    await found();
  }
  await search("quilfeather");
  await page.getByRole("link", { name: "quillfeather", exact: true }).click();
  await found();
});

test("several cases are begun and upheld together", async ({ page }) => {
  const [one, two] = await desk(page);
  await page.getByRole("button", { name: "Begin review" }).click();
  await expect(page.getByRole("alert")).toContainText("Please select at least one case.");
  await box(page, one).check();
  await box(page, two).check();
  await page.getByRole("button", { name: "Begin review" }).click();
  await says(page, "2 reviews begun.");
  // Somebody is faster with one of them.
  await box(page, one).check();
  await box(page, two).check();
  await page.getByRole("button", { name: "Uphold" }).click();
  await expect(page.getByRole("heading", { name: "Uphold these 2 cases?" })).toBeVisible();
  await page.getByText(one, { exact: true }).click();
  await expect(page.locator("details", { hasText: one }).getByText("We have permanently stopped")).toBeVisible();
  await checked(page);
  await (await officer(page)).extend(two, "The questions are many.");
  await page.getByRole("button", { name: "Uphold them, and send the answers" }).click();
  await says(page, "1 upheld. The answer is on its way.");
  await says(page, "1 was changed by somebody meanwhile");
  await expect(page.getByRole("status").getByRole("link", { name: two })).toBeVisible();
  await checked(page);
});

test("all are selected by one link, with a script or without", async ({ page }) => {
  await desk(page);
  await page.getByRole("link", { name: "Select all on this page" }).click();
  const boxes = page.locator("tbody input[type=checkbox]");
  await expect(boxes.first()).toBeChecked();
  await expect(boxes.last()).toBeChecked();
});

test("after one case comes the next of the list", async ({ page }) => {
  const [one, two] = await desk(page);
  await box(page, one).check();
  await box(page, two).check();
  await page.getByRole("button", { name: "Begin review" }).click();
  await page.getByRole("link", { name: two }).click();
  await page.getByRole("radio", { name: "Uphold" }).check();
  await expect(page.getByRole("checkbox", { name: /^Save and next/ })).toBeChecked();
  await checked(page);
  await page.getByRole("button", { name: "Send this answer" }).click();
  await says(page, `${two}: The answer is stored and on its way.`);
  await expect(page.getByRole("heading", { level: 1 })).not.toContainText(two);
  await page.getByRole("link", { name: "Back to the queue" }).click();
  await expect(page).toHaveURL(/sort=-received/);
});

test("a page of the queue says what changed since it was loaded @script", async ({ page }) => {
  await page.clock.install();
  const [one] = await desk(page);
  await (await officer(page)).review(one);
  await page.clock.fastForward("01:01");
  await expect(page.locator("#changed")).toContainText(/changed.* since this page was loaded\./);
  await page.getByRole("link", { name: "Load again" }).click();
  await expect(page.locator("#changed")).toBeEmpty();
});

test("on a narrow screen the cases come first", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const [, two] = await desk(page);
  const top = await page.getByRole("link", { name: two }).evaluate((link) => link.getBoundingClientRect().top + scrollY);
  expect(top).toBeLessThan(1_000);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await checked(page);
});
