// An officer opens a refused case again, and the person reads why.
import { complain, elsewhere, file, filedByMember, mailTo, officer } from "./cases.mjs";
import { expect, join, signInStaff, test } from "./app.mjs";

const says = (page, text) => expect(page.getByText(text).first()).toBeVisible();

test("a refused case is reopened with a reason, and what was refused is decided anew", async ({ page, browser, javaScriptEnabled }) => {
  const email = await join(page);
  const number = await file(page, { purposes: ["research"] });
  await (await officer(await elsewhere(page))).decide(number, { research: "refused" });
  const desk = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signInStaff(desk, "privacy_officer");
  await desk.goto(`/support/objections/${number}`);
  await desk.getByRole("button", { name: "Reopen it" }).click();
  await says(desk, "Please say why you reopen the case.");
  await desk.getByLabel("The reason they will read").fill("We missed what you wrote.");
  await desk.getByRole("button", { name: "Reopen it" }).click();
  await says(desk, "The case is open again, and we have written to the person.");
  expect((await mailTo(email, /^We have reopened your objection/)).text).toContain("> We missed what you wrote.");
  await page.goto(`/objections/${number}`);
  await says(page, "We reopened it and will answer by");
  await says(page, /^Reopened\. We will answer by/);
  await expect(page.getByRole("heading", { name: /^Our earlier answer, of / })).toBeVisible();
  await says(page, "We are deciding again about what this answer refused.");
  await expect(page.getByRole("link", { name: "Complain about this answer" })).toHaveCount(0);
  await page.goto("/settings/privacy/history");
  await says(page, `Objection ${number} reopened; paused again`);
  await page.goto(`/objections/${number}`);

  await desk.getByRole("button", { name: "Start the review" }).click();
  await desk.getByRole("group", { name: "Research" }).getByLabel("Uphold").check();
  await desk.getByRole("button", { name: "Send this answer" }).click();
  await says(desk, "The answer is stored and on its way.");
  await page.reload();
  await expect(page.getByRole("heading", { name: "Our answer after we reopened it" })).toBeVisible();
  await expect(page.getByRole("heading", { name: /^Our earlier answer, of / })).toBeVisible();
});

test("a complaint about an answer that refused nothing is answered in words", async ({ page, browser, javaScriptEnabled }) => {
  const number = await filedByMember(page);
  await (await officer(await elsewhere(page))).decide(number, { research: "upheld" });
  await complain(page, number, "It took long.");
  const desk = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signInStaff(desk, "privacy_officer");
  await desk.goto(`/support/objections/${number}`);
  await says(desk, "It took long.");
  await expect(desk.getByRole("radio", { name: "Refuse" })).toHaveCount(0);
  await desk.getByLabel("The answer they will read").fill("We are sorry.");
  await desk.getByRole("button", { name: "Send this answer" }).click();
  await page.goto(`/objections/${number}`);
  await expect(page.getByRole("heading", { name: "Our answer to your complaint" })).toBeVisible();
  await says(page, "We are sorry.");
});
