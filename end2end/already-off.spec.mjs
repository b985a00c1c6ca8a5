// What an upheld objection has turned off permanently, and what is still open, on the form and on the tab.
import { complain, elsewhere, file, fileIt, officer, purpose } from "./cases.mjs";
import { expect, join, test } from "./app.mjs";

const says = (page, text) => expect(page.getByText(text).first()).toBeVisible();

test("a use that is off permanently cannot be chosen again, and an old page is refused in words", async ({ page, context }) => {
  await join(page);
  const number = await file(page, { purposes: ["research"] });
  // A page that was loaded before the answer.
  const old = await context.newPage();
  await old.goto("/objection");
  await purpose(old, "Research").check();
  await (await officer(await elsewhere(page))).decide(number, { research: "upheld" });
  await page.goto("/objection");
  await expect(purpose(page, "Research")).toBeDisabled();
  await expect(purpose(page, "Research")).toHaveAccessibleDescription(new RegExp(`Already off permanently, because of ${number}\\.`));
  await expect(purpose(page, "Personalisation")).toBeEnabled();
  await fileIt(old).click();
  await expect(old.getByRole("heading", { name: "There is a problem" })).toBeVisible();
  await says(old, `Research is already off permanently, because of ${number}.`);
  await expect(purpose(old, "Research")).toBeDisabled();
  await page.goto("/settings/privacy");
  await says(page, "Research is off permanently, because we upheld objection");
  await page.getByRole("main").getByRole("link", { name: number }).first().click();
  await expect(page).toHaveURL(`/objections/${number}`);
});

test("an open complaint is on the tab and on the form, and one can still add to it", async ({ page }) => {
  await join(page);
  const number = await file(page, { purposes: ["research"] });
  await (await officer(await elsewhere(page))).decide(number, { research: "refused" });
  await page.goto(`/objections/${number}`);
  await page.getByRole("link", { name: "Complain about this answer" }).click();
  await expect(page).toHaveURL(`/objections/${number}#complain`);
  await expect(page.getByRole("heading", { name: "Complain about the answer" })).toBeInViewport();
  await complain(page, number, "Look again.");
  await page.goto(`/objections/${number}`);
  await expect(page.getByRole("link", { name: "Complain about this answer" })).toHaveCount(0);
  await page.getByLabel("What you want to add").fill("I moved since.");
  await page.getByRole("button", { name: "Add this" }).click();
  await says(page, "We have added this to your objection.");
  await page.goto("/settings/privacy");
  await says(page, "We have your complaint about objection");
  await page.goto("/objection");
  await says(page, "We have your complaint. Answer due by");
});

test("a question is on the tab until it has its reply", async ({ page }) => {
  await join(page);
  const number = await file(page, { purposes: ["research"] });
  const desk = await officer(await elsewhere(page));
  await desk.review(number);
  await desk.ask(number, "Everything, or certain posts?");
  await page.goto("/settings/privacy");
  await says(page, "We asked you a question about objection");
  await page.getByRole("link", { name: "Read it and reply" }).click();
  await expect(page).toHaveURL(`/objections/${number}#reply-card`);
  await page.getByLabel("Your reply").fill("Everything.");
  await page.getByRole("button", { name: "Send this reply" }).click();
  await page.goto("/settings/privacy");
  await expect(page.getByText("We asked you a question")).toHaveCount(0);
});

test("a case that is not in the account says how to open what was filed without signing in", async ({ page }) => {
  await join(page);
  const answer = await page.goto("/objections/OBJ-7F3K9Q2M");
  expect(answer.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This objection is private");
  await page.getByRole("link", { name: "have it sent again" }).click();
  await expect(page).toHaveURL("/objection/again?case=OBJ-7F3K9Q2M");
});
