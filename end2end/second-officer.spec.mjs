// Officers side by side: a draft that was sent back, a page that is older than its case, a complaint whose officer may not
// refuse again.
import { complain, file, officer } from "./cases.mjs";
import { checked, expect, join, signInStaff, test } from "./app.mjs";
import { keepServed } from "./checked.mjs";

const says = (page, text) => expect(page.getByText(text).first()).toBeVisible();

/** An officer at the page of a case, in a browser of their own. */
async function at(browser, javaScriptEnabled, number, more = {}) {
  const desk = await (await browser.newContext({ javaScriptEnabled, ...more })).newPage();
  keepServed(desk);
  await signInStaff(desk, "privacy_officer");
  await desk.goto(`/support/objections/${number}?list=sort%3D-received`);
  return desk;
}

/** A fresh member's objection, and the officer who has written a refusal of it, which waits for a second one. */
async function refusalWaits(page, browser, javaScriptEnabled) {
  await join(page);
  const number = await file(page, { purposes: ["research"] });
  const desk = await at(browser, javaScriptEnabled, number);
  await desk.getByRole("button", { name: "Start the review" }).click();
  await desk.getByRole("group", { name: "Research" }).getByLabel("Refuse").check();
  await desk.getByLabel("Grounds, if you refuse").fill("It weighs more.");
  await desk.getByRole("checkbox", { name: /^Save and next/ }).first().uncheck();
  await desk.getByRole("button", { name: "Send to a second officer" }).click();
  await expect(desk.getByRole("button", { name: "Take it back" })).toBeVisible();
  return { number, desk };
}

test("a draft that was sent back says so to its writer, also on an old page", async ({ page, browser, javaScriptEnabled }) => {
  const { number, desk } = await refusalWaits(page, browser, javaScriptEnabled);
  await (await officer(page)).sendBack(number, "Which grounds?");
  await desk.getByRole("button", { name: "Take it back" }).click();
  await says(desk, /The draft answer was sent back on \d+ \w+ 20\d\d/);
  await expect(desk.getByText("Please write what has to change")).toHaveCount(0);
  await desk.getByRole("link", { name: "See why" }).click();
  await expect(desk.locator("#sent-back")).toContainText("Which grounds?");
  await checked(desk);
  await desk.getByRole("link", { name: "Back to the queue" }).click();
  await expect(desk.getByRole("row").filter({ hasText: number })).toContainText("sent back");
  await page.goto(`/objections/${number}`);
  await says(page, "our privacy team");
  await expect(page.getByText("Which grounds?")).toHaveCount(0);
});

test("whoever may not refuse again reads the complaint and who may", async ({ page, browser, javaScriptEnabled }) => {
  const { number, desk } = await refusalWaits(page, browser, javaScriptEnabled);
  await (await officer(page)).agree(number);
  await complain(page, number, "Please look again.");
  await desk.reload();
  await says(desk, /Who can refuse it again: /);
  await expect(desk.getByRole("region", { name: "Answer the complaint" }).getByText("Please look again.")).toBeVisible();
  await expect(desk.getByRole("group", { name: "Research" }).getByRole("radio")).toHaveCount(1);
  await checked(desk);
});

test("on a narrow screen the choice above does not touch the button to agree", async ({ page, browser, javaScriptEnabled }) => {
  await join(page);
  const number = await file(page, { purposes: ["research"] });
  await (await officer(page)).propose(number, "research");
  const desk = await at(browser, javaScriptEnabled, number, { viewport: { width: 360, height: 740 } });
  const agree = await desk.getByRole("button", { name: "Agree, and send this answer" }).boundingBox();
  const label = await desk.locator("label[for='next-agree']").boundingBox();
  expect(agree.y - (label.y + label.height)).toBeGreaterThanOrEqual(8);
});
