// A recorded objection under an address that was misheard, and the same form sent twice without an account.
import { fileIt, linkIn, mailTo, mailsTo, officer } from "./cases.mjs";
import { expect, freshEmail, signInStaff, test } from "./app.mjs";
import { record } from "./recording.mjs";

const says = (page, text) => expect(page.getByText(text).first()).toBeVisible();
const recorded = (number) => new RegExp(`We have recorded your objection ${number}`);

test("what a stranger adds is marked as theirs, for the officer and the person", async ({ page, browser }) => {
  const ADDED = "Somebody else added information, at the earlier address";
  await signInStaff(page, "privacy_officer");
  const [wrong, right] = [freshEmail(), freshEmail()];
  const number = await record(page, { email: wrong });
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(linkIn(await mailTo(wrong, recorded(number))));
  await stranger.getByLabel("What you want to add").fill("Please go on.");
  await stranger.getByRole("button", { name: "Add this" }).click();
  await says(stranger, "We have added this to your objection.");
  await stranger.getByRole("link", { name: "This isn't mine" }).click();
  await stranger.getByRole("button", { name: "This isn't mine" }).click();
  await says(stranger, "Thank you for telling us.");
  await page.goto(`/support/objections/${number}`);
  await says(page, "Somebody else added information, at the wrong address");
  await page.getByLabel("E-mail address").fill(right);
  await page.getByRole("button", { name: "Correct it" }).click();
  await says(page, "The address is corrected.");
  await says(page, "Whoever read the address said that it is not theirs");
  await says(page, ADDED);
  const person = await (await browser.newContext()).newPage();
  await person.goto(linkIn(await mailTo(right, recorded(number))));
  await says(person, ADDED);
  await expect(person.getByText("You added information")).toHaveCount(0);
});

test("after the answer the link alone leads to the code, and not to a complaint", async ({ page, browser }) => {
  await signInStaff(page, "privacy_officer");
  const email = freshEmail();
  const number = await record(page, { email });
  const link = linkIn(await mailTo(email, recorded(number)));
  await page.context().clearCookies();
  await (await officer(page)).decide(number, { personalisation: "refused" }, "It weighs more.");
  const person = await (await browser.newContext()).newPage();
  await person.goto(link);
  await says(person, "To complain here about our answer, first enter the code from our e-mail.");
  await expect(person.getByRole("heading", { name: "Complain about the answer" })).toHaveCount(0);
  await expect(person.getByText("we work on it now")).toHaveCount(0);
  await expect(person.getByRole("link", { name: "Enter the code" })).toBeVisible();
});

test("back and filed again with nothing changed, it is the same objection", async ({ page }) => {
  const email = freshEmail();
  const fileOnce = async () => {
    await page.goto("/objection");
    await page.getByLabel("Name").fill("Ben Nobody");
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Country").selectOption("IE");
    await page.getByLabel("Personalisation", { exact: true }).check();
    await fileIt(page).click();
    await expect(page.getByRole("heading", { level: 1, name: "Enter your code" })).toBeVisible();
    return new URL(page.url()).searchParams.get("case");
  };
  const one = await fileOnce();
  await expect(page.getByText("You have filed this already.")).toHaveCount(0);
  expect(await fileOnce()).toBe(one);
  await says(page, "You have filed this already.");
  expect(await mailsTo(email)).toHaveLength(1);
});
