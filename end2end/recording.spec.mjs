// An officer records what came by letter, by phone or from an agent.
import { elsewhere, filedByMember, linkIn, mailTo, officer } from "./cases.mjs";
import { expect, freshEmail, signInStaff, test } from "./app.mjs";
import { howItCame, record, today } from "./recording.mjs";

const says = (page, text) => expect(page.getByText(text).first()).toBeVisible();

test("an objection by phone is recorded, its person reads a copy, and confirms the address", async ({ page, browser }) => {
  await signInStaff(page, "privacy_officer");
  await page.goto("/support/objections");
  await page.getByRole("link", { name: "Record an objection" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Record an objection");
  // Everything that is wrong is said at once, and nothing is lost.
  await page.getByLabel("Their reason (optional)").fill("He objects.");
  await page.getByRole("button", { name: "Record this objection" }).click();
  await expect(page.getByRole("alert").getByRole("link")).toHaveCount(7);
  await expect(page.getByLabel("Their reason (optional)")).toHaveValue("He objects.");
  const email = freshEmail();
  const number = await record(page, { email });
  await says(page, "The person has not confirmed this address yet. Until they do, the objection reaches no account.");
  await says(page, "An officer's notes, not the person's own words:");

  const mail = await mailTo(email, new RegExp(`We have recorded your objection ${number}`));
  const code = /^ {4}(\S+)$/m.exec(mail.text)[1];
  const person = await (await browser.newContext()).newPage();
  await person.goto(linkIn(mail));
  expect(mail.text).not.toContain("health");
  await says(person, "We show you what was written, and send you a copy, once you have entered the code.");
  for (const untold of ["Our notes of what you told us.", "He said that he writes about his health.", "Ireland"]) {
    await expect(person.getByText(untold)).toHaveCount(0);
  }
  await person.getByRole("link", { name: "Enter the code" }).click();
  await expect(person.getByLabel("Case number")).toHaveValue(number);
  await person.getByLabel("Code", { exact: true }).fill(code);
  await person.getByRole("button", { name: "Confirm" }).click();
  await says(person, "Your e-mail address is confirmed, and the objection is yours.");
  await says(person, "Paused while we decide: Personalisation.");
  await says(person, "Our notes of what you told us. They are not your own words:");
  const copy = await mailTo(email, new RegExp(`Address confirmed for objection ${number}`));
  expect(copy.text).toContain("He said that he writes about his health.");
  await page.reload();
  await says(page, "without an account, address confirmed");
});

test("a day whose deadline is over is asked about before anything is sent", async ({ page }) => {
  await signInStaff(page, "privacy_officer");
  await page.goto("/support/objections/record");
  const passed = page.getByRole("checkbox", { name: "The deadline has already passed" });
  await expect(passed).toHaveCount(0);
  const [email, old] = [freshEmail(), new Date(Date.now() - 90 * 86_400_000).toISOString().slice(0, 10)];
  await howItCame(page);
  await page.getByLabel("Received on").fill(old);
  await page.getByLabel("Name", { exact: true }).fill("Ben Nobody");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Country").selectOption("IE");
  await page.getByLabel("Personalisation", { exact: true }).check();
  await page.getByRole("button", { name: "Record this objection" }).click();
  await page.getByRole("alert").getByRole("link", { name: /^The answer would have been due on \d+ \w+ 20\d\d\./ }).click();
  await expect(passed).toBeFocused();
  await expect(page.getByLabel("Received on")).toHaveValue(old);
  await expect(page.getByLabel("E-mail address")).toHaveValue(email);
  await passed.check();
  await page.getByRole("button", { name: "Record this objection" }).click();
  await says(page, "The objection is recorded.");
  await mailTo(email, /We have recorded your objection/);
});

test("a complaint by letter is recorded on the page of its case", async ({ page }) => {
  const number = await filedByMember(await elsewhere(page), { purposes: ["research"] });
  await (await officer(page)).decide(number, { research: "refused" });
  await signInStaff(page, "privacy_officer");
  await page.goto(`/support/objections/${number}`);
  await howItCame(page, { came: "By letter or e-mail", words: "The agent's words" });
  await page.getByLabel("The complaint").fill("My client does not accept this.");
  await page.getByRole("button", { name: "Record this complaint" }).click();
  await expect(page.getByRole("alert").getByRole("link")).toHaveText(["Please enter the name of the agent."]);
  await expect(page.getByLabel("Received on")).toHaveValue(today());
  await page.getByLabel("Name of the agent").fill("Cy Agent");
  await page.getByRole("button", { name: "Record this complaint" }).click();
  await says(page, "The complaint is recorded.");
  await says(page, "The words of Cy Agent, who acts for the person:");
  await says(page, "Answer the complaint");
});

test("somebody at a wrong address says that it is not theirs, and the officer corrects it", async ({ page, browser }) => {
  await signInStaff(page, "privacy_officer");
  const [wrong, right] = [freshEmail(), freshEmail()];
  const number = await record(page, { email: wrong });
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(linkIn(await mailTo(wrong, new RegExp(`We have recorded your objection ${number}`))));
  await expect(stranger.getByRole("link", { name: "Withdraw it" })).toHaveCount(0);
  await stranger.getByRole("link", { name: "This isn't mine" }).click();
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("Is this objection somebody else's?");
  await stranger.getByRole("button", { name: "This isn't mine" }).click();
  await says(stranger, "Thank you for telling us.");
  await expect(stranger.getByRole("heading", { level: 1 })).toHaveText("Thank you");
  await expect(stranger.locator("form")).toHaveCount(0);
  await page.goto(`/support/objections/${number}`);
  await says(page, "whoever reads this address said that the objection is not theirs.");
  await page.getByLabel("E-mail address").fill(right);
  await page.getByRole("button", { name: "Correct it" }).click();
  await says(page, "The address is corrected.");
  await expect(page.getByText("the objection is not theirs.")).toHaveCount(0);
  await mailTo(right, new RegExp(`We have recorded your objection ${number}`));
});

test("confirmed and withdrawn by a stranger, it is recorded again under the right address", async ({ page, browser }) => {
  await signInStaff(page, "privacy_officer");
  const [wrong, right] = [freshEmail(), freshEmail()];
  const number = await record(page, { email: wrong, purposes: ["Research"] });
  const mail = await mailTo(wrong, new RegExp(`We have recorded your objection ${number}`));
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(linkIn(mail));
  await stranger.getByRole("link", { name: "Enter the code" }).click();
  await stranger.getByLabel("Code", { exact: true }).fill(/^ {4}(\S+)$/m.exec(mail.text)[1]);
  await stranger.getByRole("button", { name: "Confirm" }).click();
  await says(stranger, "Your e-mail address is confirmed, and the objection is yours.");
  await page.goto(`/support/objections/${number}`);
  await page.getByRole("link", { name: "Record it again" }).click();
  await says(page, `This is filled in from case ${number}.`);
  await expect(page.getByLabel("Their reason (optional)")).toHaveValue("He said that he writes about his health.");
  await expect(page.getByLabel("Received on")).toHaveValue(today());
  await expect(page.getByLabel("Research", { exact: true })).toBeChecked();
  await expect(page.getByLabel("E-mail address")).toHaveValue("");
  await page.getByRole("button", { name: "Record this objection" }).click();
  await expect(page.getByRole("alert").getByRole("link")).toHaveCount(1);
  await page.getByLabel("E-mail address").fill(right);
  await page.getByRole("button", { name: "Record this objection" }).click();
  await says(page, "The objection is recorded.");
  await says(page, `Recorded again: ${number} had the address of somebody else, who confirmed it.`);
  await mailTo(right, /We have recorded your objection/);
});

test("of an answer at a wrong address nothing is said to be sent, and the corrected address gets it", async ({ page, browser }) => {
  await signInStaff(page, "privacy_officer");
  const [wrong, right] = [freshEmail(), freshEmail()];
  const number = await record(page, { email: wrong, purposes: ["Research"] });
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(linkIn(await mailTo(wrong, new RegExp(`We have recorded your objection ${number}`))));
  await stranger.getByRole("link", { name: "This isn't mine" }).click();
  await stranger.getByRole("button", { name: "This isn't mine" }).click();
  await says(stranger, "Thank you for telling us.");
  await page.goto(`/support/objections/${number}`);
  const revision = await page.locator("[data-case]").first().getAttribute("data-revision");
  await says(page, "No e-mail about this case goes out");
  await page.goto(`/support/objections/uphold?cases%5B%5D=${number}.${revision}`);
  await says(page, "No e-mail is sent, because the address is somebody else's.");
  await page.getByRole("button", { name: "Uphold it", exact: true }).click();
  await says(page, "1 upheld.");
  await says(page, "1 answer is stored, but was not sent, because the address is somebody else's:");
  // It stays on a list of the queue until the address is right.
  await page.goto("/support/objections");
  await page.locator(".counts").getByRole("link", { name: /Answer not sent/ }).click();
  await expect(page.getByRole("heading", { level: 2 }).first()).toHaveText("Answer not sent");
  await page.goto(`/support/objections?state=answer-not-sent&q=${number}`);
  await expect(page.locator(`a[href^="/support/objections/${number}"]`).first()).toBeVisible();
  await page.goto(`/support/objections/${number}`);
  await says(page, "We have not sent this, because the address is somebody else's.");
  await expect(page.getByText("still due on the same day")).toHaveCount(0);
  await page.getByLabel("E-mail address").fill(right);
  await page.getByRole("button", { name: "Correct it" }).click();
  await says(page, "We have sent our answer there.");
  const mail = await mailTo(right, new RegExp(`Our answer to your objection ${number}`));
  expect(mail.text).toContain("permanently stopped");
  expect(mail.text).not.toContain("will decide");
});
