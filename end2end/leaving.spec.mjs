// Whoever leaves a page with one text that was not sent is asked first; and what withdrawing means is said truly.
import { file, numberOf, reason } from "./cases.mjs";
import { expect, join, test } from "./app.mjs";

const says = (page, text) => expect(page.getByText(text).first()).toBeVisible();

/** The dialogs that the page asks, each answered with "stay". */
function stays(page) {
  const asked = [];
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  return asked;
}

test("one text on the page of an objection is asked about as well @script", async ({ page }) => {
  await join(page);
  const number = await file(page, { purposes: ["research"] });
  await page.goto(`/objections/${number}`);
  const asked = stays(page);
  const added = page.getByLabel("What you want to add");
  await added.pressSequentially("There is more.");
  await page.getByRole("link", { name: "Objections", exact: true }).click();
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(added).toHaveValue("There is more.");
  // What is sent is not lost.
  await page.getByRole("button", { name: "Add this" }).click();
  await says(page, "We have added this to your objection.");
  expect(asked).toHaveLength(1);
});

test("a reason on the objection form is asked about as well @script", async ({ page }) => {
  await join(page);
  await page.goto("/objection");
  const asked = stays(page);
  await reason(page).pressSequentially("I write about my health.");
  await page.getByRole("link", { name: "History", exact: true }).click();
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(reason(page)).toHaveValue("I write about my health.");
});

test("before one of two objections is withdrawn, the page says that the other still pauses the use", async ({ page }) => {
  await join(page);
  const first = await file(page, { purposes: ["research"], text: "One." });
  await file(page, { purposes: ["research"], text: "Two." });
  await page.goto(`/objections/${first}/withdraw`);
  await says(page, "Another objection still pauses this, so we still do not use your data for it: Research.");
  await expect(page.getByText("ends at once")).toHaveCount(0);
  await page.getByRole("button", { name: "Withdraw objection" }).click();
  await says(page, "another objection still paused this, so we did not use your data for it: Research.");
  expect(numberOf(page)).toBe(first);
});

test("where what withdrawing means has changed since, the press asks again", async ({ page }) => {
  await join(page);
  const first = await file(page, { purposes: ["research"], text: "One." });
  const second = await file(page, { purposes: ["research"], text: "Two." });
  await page.goto(`/objections/${second}/withdraw`);
  await says(page, "Another objection still pauses this, so we still do not use your data for it: Research.");
  const other = await page.context().newPage();
  await other.goto(`/objections/${first}/withdraw`);
  await other.getByRole("button", { name: "Withdraw objection" }).click();
  await says(other, "You have withdrawn your objection.");
  await page.getByRole("button", { name: "Withdraw objection" }).click();
  await says(page, "What withdrawing means has changed since you opened this page.");
  await says(page, "The pause of Research ends at once.");
  await page.getByRole("button", { name: "Withdraw objection" }).click();
  await says(page, "You have withdrawn your objection.");
  expect(numberOf(page)).toBe(second);
});
