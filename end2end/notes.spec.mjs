// Officers keep notes on a case, which its person never sees.
import { file } from "./cases.mjs";
import { expect, join, signInStaff, test } from "./app.mjs";

test("a note is added, is read by another officer, and is nowhere on the page of its person", async ({ page, browser, javaScriptEnabled }) => {
  await join(page);
  const number = await file(page, { purposes: ["research"] });
  const officers = [];
  for (let i = 0; i < 2; i++) {
    const desk = await (await browser.newContext({ javaScriptEnabled })).newPage();
    await signInStaff(desk, "privacy_officer");
    await desk.goto(`/support/objections/${number}`);
    officers.push(desk);
  }
  const [first, second] = officers;
  const notes = (desk) => desk.getByRole("region", { name: "Notes", exact: true });
  const field = (desk) => notes(desk).getByLabel("New note");
  const add = (desk) => notes(desk).getByRole("button", { name: "Add note" });
  await expect(notes(first)).toContainText("There are no notes on this case.");

  // What is wrong is said at the top and at the field, and the way there is a link.
  await add(first).click();
  await expect(first).toHaveTitle(/^Error: /);
  await first.getByRole("alert").getByRole("link", { name: "Please write your note." }).click();
  await expect(field(first)).toBeFocused();
  await expect(field(first)).toHaveAccessibleDescription("At most 4,000 characters. Please write your note.");

  await field(first).fill("She called.\n<b>Call her back.</b>");
  await add(first).click();
  await expect(first.getByRole("status").getByText("The note is added.")).toBeVisible();
  await expect(field(first)).toHaveValue("");
  await expect(notes(first).getByRole("listitem")).toHaveCount(1);
  await expect(notes(first).getByRole("listitem")).toContainText("<b>Call her back.</b>");

  // The second officer has an older page. A note does not make it one: what they do is done.
  await second.getByRole("button", { name: "Start the review" }).click();
  await expect(second.getByText("The case is yours.")).toBeVisible();
  await expect(notes(second).getByRole("listitem")).toContainText("She called.");
  await expect(notes(second).getByRole("listitem")).toContainText(/, \d{1,2} \w+ \d{4}, \d{2}:\d{2} UTC/);

  await page.goto(`/objections/${number}`);
  await expect(page.getByRole("heading", { level: 1 })).toContainText(number);
  await expect(page.getByText("She called.")).toHaveCount(0);
  const support = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signInStaff(support, "support");
  const answer = await support.goto(`/support/objections/${number}`);
  expect(answer.status()).toBe(404);
});
