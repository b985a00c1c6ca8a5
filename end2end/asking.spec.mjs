// An officer asks whoever objected a question, and they reply.
import { elsewhere, file, filedByMember, filedWithCode, linkIn, mailTo, officer } from "./cases.mjs";
import { expect, join, signInStaff, test } from "./app.mjs";

const QUESTION = "Which posts do you mean?";
const says = (page, text) => expect(page.getByText(text).first()).toBeVisible();

test("a member is asked by e-mail, replies on the page of the case, and the officer sees it", async ({ page, browser, javaScriptEnabled }) => {
  const email = await join(page);
  const number = await file(page);
  const desk = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signInStaff(desk, "privacy_officer");
  await desk.goto(`/support/objections/${number}`);
  await desk.getByRole("button", { name: "Send this question" }).click();
  await says(desk, "Please write your question.");
  await desk.getByLabel("The question they will read").fill(QUESTION);
  await desk.getByRole("button", { name: "Send this question" }).click();
  await says(desk, "We have sent your question to the person.");
  await says(desk, "The person has not replied yet.");
  await expect(desk.getByRole("button", { name: "Send this question" })).toHaveCount(0);

  const mail = await mailTo(email, /^A question about your objection/);
  expect(mail.text).toContain(`> ${QUESTION}`);
  expect(mail.text.replace(/\s+/g, " ")).toContain("You don't have to reply, and replying costs nothing.");
  await page.goto(`/objections/${number}`);
  await page.getByRole("link", { name: "Read it and reply" }).click();
  await expect(page).toHaveURL(/#reply-card$/);
  await says(page, QUESTION);
  await page.getByRole("button", { name: "Send this reply" }).click();
  await says(page, "Please write your reply.");
  await page.getByLabel("Your reply").fill("All of them.");
  await page.getByRole("button", { name: "Send this reply" }).click();
  await says(page, "We have your reply.");
  await expect(page.getByLabel("Your reply")).toHaveCount(0);

  await desk.goto("/support/objections?state=reply-received");
  await desk.getByRole("link", { name: number }).click();
  await says(desk, "All of them.");
  await expect(desk.getByRole("button", { name: "Send this question" })).toBeVisible();
});

test("somebody without an account replies by the link of the e-mail", async ({ page }) => {
  const { number, email } = await filedWithCode(await elsewhere(page));
  await (await officer(page)).ask(number, QUESTION);
  await page.goto(linkIn(await mailTo(email, /^A question about your objection/)));
  await page.getByLabel("Your reply").fill("All of them.");
  await page.getByRole("button", { name: "Send this reply" }).click();
  await says(page, "We have your reply.");
});

test("once it is decided without a reply, both pages say that none is needed", async ({ page, browser, javaScriptEnabled }) => {
  const number = await filedByMember(page);
  const asking = await officer(page);
  await asking.ask(number, QUESTION);
  await page.goto(`/objections/${number}`);
  await page.getByLabel("Your reply").fill("All of them.");
  await asking.decide(number, { research: "upheld" });
  // What was written when it was too late is not lost.
  await page.getByRole("button", { name: "Send this reply" }).click();
  await says(page, "What you wrote was not sent");
  await says(page, "All of them.");
  await says(page, "because we have decided without a reply.");
  const desk = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signInStaff(desk, "privacy_officer");
  await desk.goto(`/support/objections/${number}`);
  await says(desk, "because the case was decided without one.");
});

test("whoever sends one text of the page is asked about the other first @script", async ({ page }) => {
  const number = await filedByMember(page);
  await (await officer(page)).ask(number, QUESTION);
  await page.goto(`/objections/${number}`);
  const asked = [];
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await (asked.length > 1 ? dialog.accept() : dialog.dismiss());
  });
  await page.getByLabel("What you want to add").pressSequentially("One thing more.");
  await page.getByLabel("Your reply").pressSequentially("All of them.");
  await page.getByRole("button", { name: "Send this reply" }).click();
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(page.getByLabel("What you want to add")).toHaveValue("One thing more.");
  await expect(page.getByLabel("Your reply")).toHaveValue("All of them.");
  // What is alone on the page is sent without a question.
  await page.getByLabel("What you want to add").fill("");
  await page.getByRole("button", { name: "Send this reply" }).click();
  await expect(page.getByText("We have your reply.")).toBeVisible();
  expect(asked).toEqual(["beforeunload"]);
});
