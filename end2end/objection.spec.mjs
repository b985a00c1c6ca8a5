import {
  aWhileAgo, codeFor, complain, elsewhere, file, filedByMember, filedSignedOut, filedWithCode, fileIt, linkIn, mailsTo, mailTo,
  numberOf, officer, purpose, REASON, reason, SAID,
} from "./cases.mjs";
import { expect, freshEmail, join, PASSWORD, send, signInStaff, test, theSwitch, theTab } from "./app.mjs";

const AI = "generative-ai-training";
const AI_TITLE = "Data for Generative AI improvement";
const DATE = String.raw`\d+ \w+ 20\d\d`;

const pageOf = async (browser, javaScriptEnabled) => (await browser.newContext({ javaScriptEnabled })).newPage();
/** An officer who has signed in, where that leads. */
async function atTheQueue(desk) {
  await signInStaff(desk, "privacy_officer");
  await desk.goto("/");
  await expect(desk).toHaveURL("/support/objections");
}
const says = (page, text) => expect(page.getByText(text).first()).toBeVisible();

test("a member files without being asked what is known, and has a number, a date and a copy", async ({ page }) => {
  const email = await join(page);
  await page.goto("/settings/privacy");
  await page.getByRole("link", { name: "Objections", exact: true }).click();
  await says(page, "You have not objected to anything yet.");
  await page.getByRole("link", { name: "Open the Data Processing Objection Form" }).click();
  for (const known of ["Ada Lovelace", email, "United States"]) await says(page, known);
  await expect(page.getByRole("textbox")).toHaveCount(1);
  await expect(page.getByRole("combobox")).toHaveCount(1);
  // What has to be known before one files stands at its box.
  await expect(purpose(page, "Moderation and safety")).toHaveAccessibleDescription(/We do not pause this while we decide/);
  await expect(purpose(page, "Advertising")).toHaveAccessibleDescription(/We never refuse/);
  await purpose(page, AI_TITLE).check();
  await purpose(page, "Moderation and safety").check();
  await fileIt(page).click();

  await expect(page).toHaveURL(/\/objections\/OBJ-[0-9A-Z]{8}$/);
  const number = numberOf(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Objection ${number}`);
  await expect(page.getByRole("status")).toContainText("We have your objection.");
  await says(page, new RegExp(`We will answer by ${DATE}\\.`));
  await says(page, `Paused while we decide: ${AI_TITLE}. Moderation and safety is not paused`);
  await says(page, "None given. You don't need one.");
  const { text } = await mailTo(email, new RegExp(`We have your objection ${number}`));
  expect(text).toMatch(new RegExp(`Answer due by: ${DATE}`));
  expect(text).toContain(`/objections/${number}`);
  await page.reload();
  await expect(page.getByRole("status")).toBeEmpty();
  await page.getByRole("link", { name: "Objections", exact: true }).click();
  await page.getByRole("link", { name: number }).click();
  await expect(page).toHaveURL(`/objections/${number}`);
  await theTab(page);
  await says(page, `${AI_TITLE} is paused while we decide on ${number}. Answer due by`);
});

test("a rejected form says what is wrong and loses nothing", async ({ page }) => {
  await page.goto("/objection");
  await page.getByLabel("Name").fill("Ben");
  await page.getByLabel("E-mail address").fill("nobody");
  await page.getByLabel("Country").selectOption("FR");
  await page.getByLabel("Restrict").check();
  await reason(page).fill(`\n${REASON}`);
  const [refused] = await Promise.all([page.waitForResponse("**/api/submit-objection*"), fileIt(page).click()]);
  expect(refused.status()).toBe(422);
  await expect(page.getByRole("alert")).toBeFocused();
  await page.getByRole("alert").getByRole("link", { name: "Please select at least one use to object to." }).click();
  await expect(purpose(page, AI_TITLE)).toBeFocused();
  await expect(page.getByLabel("E-mail address")).toHaveAccessibleDescription("Please enter an e-mail address, such as name@example.org.");
  await expect(page.getByLabel("Name")).toHaveValue("Ben");
  await expect(page.getByLabel("E-mail address")).toHaveValue("nobody");
  await expect(page.getByLabel("Country")).toHaveValue("FR");
  await expect(page.getByLabel("Restrict")).toBeChecked();
  await expect(reason(page)).toHaveValue(`\n${REASON}`);
  // Another mistake: what is ticked now is kept as well.
  await purpose(page, "Advertising").check();
  await purpose(page, "Research").check();
  await fileIt(page).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(purpose(page, "Advertising")).toBeChecked();
  await expect(purpose(page, "Research")).toBeChecked();
  await expect(page.getByRole("checkbox", { checked: true })).toHaveCount(2);
  await page.getByLabel("E-mail address").fill(freshEmail());
  await fileIt(page).click();
  await expect(page).toHaveURL(/\/objection\/code\?case=OBJ-/);
});

test("a text that is too long is not cut: its whole length is told, and nothing is filed", async ({ page }) => {
  await page.goto("/objection");
  await page.getByLabel("Name").fill("Ben");
  await page.getByLabel("E-mail address").fill(freshEmail());
  await page.getByLabel("Country").selectOption("FR");
  await purpose(page, "Research").check();
  await expect(reason(page)).toHaveAccessibleDescription(/At most 4,000 characters\.$/);
  // As from the clipboard: a browser cuts that at `maxlength`.
  const long = `${"Because I say so. ".repeat(277)}The end is here.`;
  expect(long).toHaveLength(5_002);
  await reason(page).focus();
  await page.keyboard.insertText(long);
  await expect(reason(page)).toHaveValue(long);
  const [refused] = await Promise.all([page.waitForResponse("**/api/submit-objection*"), fileIt(page).click()]);
  expect(refused.status()).toBe(422);
  await says(page, "Your reason can have at most 4,000 characters. You have 5,002.");
  await expect(reason(page)).toHaveValue(long);
  await reason(page).fill(long.slice(-4_000));
  await fileIt(page).click();
  await expect(page).toHaveURL(/\/objection\/code\?case=OBJ-/);
});

test("who was signed out meanwhile finds everything again after signing in", async ({ page, context }) => {
  const email = await join(page);
  await page.goto("/objection");
  await purpose(page, "Research").check();
  await page.getByLabel("Restrict").check();
  await reason(page).fill(REASON);
  const elsewhere = await context.newPage();
  await theTab(elsewhere);
  await elsewhere.getByRole("button", { name: "Sign out" }).click();
  await expect(elsewhere).toHaveURL("/signed-out");
  await fileIt(page).click();
  await expect(page).toHaveURL("/sign-in?next=/objection&unsent=1");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password").fill("wrong-horse-battery");
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL("/objection");
  await says(page, "What you typed is still here");
  await expect(purpose(page, "Research")).toBeChecked();
  await expect(page.getByLabel("Restrict")).toBeChecked();
  await expect(reason(page)).toHaveValue(REASON);
  await fileIt(page).click();
  await says(page, "We have your objection.");
  await says(page, SAID);
});

test("who remembers that they have an account takes along what they typed", async ({ page, context }) => {
  const email = await join(page);
  await context.clearCookies();
  await page.goto("/objection");
  const signInFirst = page.getByRole("button", { name: "Sign in", exact: true });
  await reason(page).fill(REASON);
  await signInFirst.click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page).toHaveTitle("Error: Data Processing Objection Form · Sayso");
  await expect(reason(page)).toHaveValue(REASON);
  await page.getByLabel("E-mail address").fill(email.toUpperCase());
  await purpose(page, "Research").check();
  await page.getByLabel("Restrict").check();
  await signInFirst.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign in");
  await expect(page).toHaveTitle("Sign in · Sayso");
  await says(page, `What you typed goes with you if you use the address from the form, ${email}`);
  // Sign-up and back, and the form and back.
  await page.getByRole("button", { name: "Sign up", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Sign up");
  await page.getByRole("button", { name: "Go back to the form" }).click();
  await says(page, "What you typed is still here.");
  await expect(reason(page)).toHaveValue(REASON);
  await signInFirst.click();
  await page.getByLabel("Password").fill("wrong-horse-battery");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveTitle("Error: Sign in · Sayso");
  await expect(page.getByLabel("E-mail address")).toHaveValue(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/objection");
  await says(page, "What you typed is still here.");
  await expect(purpose(page, "Research")).toBeChecked();
  await expect(page.getByLabel("Restrict")).toBeChecked();
  await expect(reason(page)).toHaveValue(REASON);
  await fileIt(page).click();
  await says(page, "We have your objection.");
});

test("what holds in California is asked in the United States alone", async ({ page, javaScriptEnabled }) => {
  await page.goto("/objection");
  const california = page.getByRole("checkbox", { name: "I live in California" });
  const country = page.getByLabel("Country");
  if (javaScriptEnabled) {
    await expect(california).toBeHidden();
    await country.selectOption("US");
    await california.check();
    await country.selectOption("IE");
    await expect(california).toBeHidden();
    await country.selectOption("US");
    await expect(california).not.toBeChecked();
    return;
  }
  await expect(california).toHaveAccessibleDescription(/^United States only\./);
  await country.selectOption("IE");
  await california.check();
  await fileIt(page).click();
  await expect(page.getByRole("alert")).toContainText("California is in the United States.");
  await expect(california).toBeChecked();
});

test("Enter in a field of the form files it", async ({ page }) => {
  await page.goto("/objection");
  await page.getByLabel("Name").fill("Ben");
  await page.getByLabel("E-mail address").fill("nobody");
  await page.getByLabel("E-mail address").press("Enter");
  await expect(page.getByRole("alert")).toContainText("Please select at least one use to object to.");
});

test("signed out, a wrong code is told and the right one opens the case", async ({ page, browser, javaScriptEnabled }) => {
  const email = freshEmail();
  await page.goto("/objection");
  await page.getByLabel("Name").fill("Ben");
  await page.getByLabel("E-mail address").fill(` ${email.toUpperCase()}`);
  await page.getByLabel("Country").selectOption("IE");
  await purpose(page, "Advertising").check();
  await reason(page).fill(REASON);
  await fileIt(page).click();
  await expect(page).toHaveURL(/\/objection\/code\?case=OBJ-/);
  const number = numberOf(page);
  await says(page, `We have your objection ${number}`);
  await expect(page.getByLabel("Case number")).toHaveValue(number);
  const code = await codeFor(email);

  // Not before the code: neither here nor among officers.
  await page.goto(`/objections/${number}`);
  await says(page, "only if you filed it");
  const desk = await pageOf(browser, javaScriptEnabled);
  await atTheQueue(desk);
  await expect(desk.getByRole("link", { name: number })).toHaveCount(0);
  expect((await desk.goto(`/support/objections/${number}`)).status()).toBe(404);

  await page.goto(`/objection/code?case=${number}`);
  await page.getByLabel("Code", { exact: true }).fill(code.startsWith("0") ? "1111-1111" : "0000-0000");
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("Case number")).toHaveValue(number);
  await expect(page.getByLabel("Code", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await page.getByLabel("Code", { exact: true }).fill(` ${code.toLowerCase().replace("-", " ")} `);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL(`/objections/${number}`);
  await says(page, "We have your objection.");
  await says(page, SAID);
  await desk.goto(`/support/objections/${number}`);
  await says(desk, "without an account, address confirmed");
});

test("a lost code and a lost link are sent again, and the link opens the case in another browser", async ({ page, browser, javaScriptEnabled }) => {
  const { number, email } = await filedSignedOut(page, { purposes: ["personalisation"] });
  const lost = await codeFor(email);
  const askAgain = async () => {
    const form = page.locator("form[action^='/api/send-objection-again']");
    await form.getByLabel("Case number").fill(number.toLowerCase());
    await form.getByLabel("E-mail address").fill(email.toUpperCase());
    await form.getByRole("button", { name: "Send it again" }).click();
    await says(page, "If the case number and address match, an e-mail is on its way");
  };
  await page.goto(`/objection/code?case=${number}`);
  await page.getByRole("link", { name: "Send a new one" }).click();
  await askAgain();
  aWhileAgo(number);
  await askAgain();
  await expect.poll(async () => (await mailsTo(email)).length).toBe(2);
  expect(await codeFor(email)).not.toBe(lost);
  await page.getByRole("link", { name: "Enter it" }).click();
  await page.getByLabel("Case number").fill(number);
  await page.getByLabel("Code", { exact: true }).fill(await codeFor(email));
  await page.getByRole("button", { name: "Confirm" }).click();
  await says(page, SAID);
  const first = linkIn(await mailTo(email, /We have your objection/));

  aWhileAgo(number);
  await page.goto("/objection/again");
  await askAgain();
  const second = linkIn(await mailTo(email, /Your link to objection/));
  expect(second).not.toBe(first);
  for (const link of [first, second]) {
    const phone = await pageOf(browser, javaScriptEnabled);
    await phone.goto(link);
    // The secret is gone from the address.
    await expect(phone).toHaveURL(`/objections/${number}`);
    await says(phone, SAID);
    await phone.goto("/objections");
    await expect(phone).toHaveURL("/sign-in?next=/objections");
    await phone.context().close();
  }
  const stranger = await pageOf(browser, javaScriptEnabled);
  await stranger.goto(`${second.slice(0, -1)}${second.endsWith("0") ? "1" : "0"}`);
  await says(stranger, "This link no longer works");
});

test("an address typed wrong is shown, and corrected", async ({ page, browser, javaScriptEnabled }) => {
  const [wrong, right] = [freshEmail(), freshEmail()];
  await page.goto("/objection");
  await page.getByLabel("Name").fill("Ben");
  await page.getByLabel("E-mail address").fill(wrong);
  await page.getByLabel("Country").selectOption("IE");
  await purpose(page, "Personalisation").check();
  await reason(page).fill(REASON);
  await fileIt(page).click();
  await expect(page).toHaveURL(/\/objection\/code\?case=OBJ-/);
  const [number, here] = [numberOf(page), page.url()];
  const hint = (email) => `Your code goes to ${email[0]}•••@e•••.org.`;
  await says(page, `Your code goes to ${wrong}.`);
  await page.reload();
  await says(page, hint(wrong));
  const old = await codeFor(wrong);

  // The address of this page shows no more than that to somebody else.
  const stranger = await pageOf(browser, javaScriptEnabled);
  await stranger.goto(here);
  await says(stranger, hint(wrong));
  await expect(stranger.getByLabel("Correct e-mail address")).toHaveCount(0);
  await stranger.context().close();

  const correct = page.getByRole("button", { name: "Send a code to this address" });
  await page.getByLabel("Correct e-mail address").fill("nobody");
  await correct.click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page).toHaveTitle("Error: Enter your code · Sayso");
  await expect(page.getByLabel("Correct e-mail address")).toHaveValue("nobody");
  await says(page, `We have your objection ${number}`);
  await page.getByLabel("Correct e-mail address").fill(right);
  await correct.click();
  await expect(page).toHaveURL(here);
  await says(page, `We have your objection ${number}`);
  await says(page, "We have corrected the address and sent a new code to it.");
  await says(page, `Your code goes to ${right}.`);
  // Said once; and the same address again is told to be the same.
  await page.reload();
  await expect(page.getByText("We have corrected the address")).toHaveCount(0);

  await page.getByLabel("Code", { exact: true }).fill(old);
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page.getByRole("alert")).toContainText("match the case number");
  await page.getByLabel("Code", { exact: true }).fill(await codeFor(right));
  await page.getByRole("button", { name: "Confirm" }).click();
  await expect(page).toHaveURL(`/objections/${number}`);
  await says(page, "You corrected your e-mail address");
  await mailTo(right, /We have your objection/);
  expect(await mailsTo(wrong)).toHaveLength(1);
});

test("the way from the code to another one leads to the box that sends it, with the number", async ({ page }) => {
  const { number } = await filedSignedOut(page);
  await page.goto(`/objection/code?case=${number}`);
  await page.getByRole("link", { name: "Send a new one" }).click();
  await expect(page).toHaveURL(`/objection/again?case=${number}`);
  await expect(page.getByRole("heading", { level: 2 }).first()).toHaveText("Send me a new code, or one link");
  await expect(page.getByLabel("Case number")).toHaveValue(number);
});

test("a link that is closed is not promised, and a printed case has nothing to press", async ({ page }) => {
  const { number } = await filedWithCode(page);
  await page.goto(`/objections/${number}`);
  await says(page, "The link in our e-mail reopens it.");
  await page.emulateMedia({ media: "print" });
  for (const name of ["Add information", "Withdraw this objection", "Links in our e-mails", "On this device"]) {
    await expect(page.getByRole("heading", { name })).toBeHidden();
  }
  await expect(page.getByRole("heading", { name: "Your objection", exact: true })).toBeVisible();
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("button", { name: "Close all these links" }).click();
  await says(page, "All links and codes that we e-mailed are closed");
  await expect(page.getByText("The link in our e-mail")).toHaveCount(0);
  await page.getByRole("link", { name: "request a new link" }).click();
  await expect(page).toHaveURL(/\/objection\/again\?case=OBJ-/);
});

test("an address alone is enough for links", async ({ page, browser, javaScriptEnabled }) => {
  const { number, email } = await filedWithCode(page);
  const phone = await pageOf(browser, javaScriptEnabled);
  await phone.goto("/objection");
  await phone.getByRole("link", { name: "Get links to your objections" }).click();
  const form = phone.locator("form[action^='/api/send-objection-links']");
  await form.getByRole("button", { name: "Send me links" }).click();
  await expect(phone.getByRole("alert")).toBeFocused();
  await form.getByLabel("E-mail address").fill(` ${email.toUpperCase()}`);
  await form.getByRole("button", { name: "Send me links" }).click();
  await says(phone, "If there are confirmed objections under this address, we have sent links to them.");
  await phone.goto(linkIn(await mailTo(email, /Links to your objections/)));
  await expect(phone).toHaveURL(`/objections/${number}`);
  await says(phone, SAID);
  await phone.context().close();
});

test("withdrawn, it gives back what it had paused", async ({ page }) => {
  const email = await join(page);
  await send(page, "/api/set-ai-training", { wanted: "allowed", seen: "" });
  const number = await file(page, { purposes: [AI] });
  await theTab(page);
  await expect(theSwitch(page)).toHaveAttribute("aria-disabled", "true");
  await page.goto(`/objections/${number}`);
  await page.getByRole("link", { name: "Withdraw it" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Withdraw objection ${number}?`);
  await says(page, `The pause of ${AI_TITLE} ends at once.`);
  await page.getByRole("link", { name: "Keep objection" }).click();
  await expect(page).toHaveURL(`/objections/${number}`);
  await says(page, "We will answer by");
  await page.getByRole("link", { name: "Withdraw it" }).click();
  await page.getByRole("button", { name: "Withdraw objection" }).click();
  await expect(page).toHaveURL(`/objections/${number}`);
  await expect(page.getByRole("status")).toContainText("You have withdrawn your objection.");
  await says(page, "Withdrawn by you.");
  await expect(page.getByRole("link", { name: "Withdraw it" })).toHaveCount(0);
  await mailTo(email, new RegExp(`You withdrew objection ${number}`));
  await theTab(page);
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
  await expect(theSwitch(page)).toBeEnabled();
});

/** Turns the pages of the queue until the case is there, and opens it. */
async function openFromQueue(page, number) {
  const link = page.getByRole("link", { name: number });
  while (!(await link.count())) await page.getByRole("link", { name: /^Next/ }).click();
  await link.click();
  await expect(page.getByRole("link", { name: "Back to the queue" })).toBeVisible();
  // By itself, so that no other case comes after it.
  await page.goto(page.url().split("?")[0]);
}

test("refused, it is complained about, and the complaint is answered", async ({ page, browser, javaScriptEnabled }) => {
  const email = await join(page);
  const number = await file(page, { purposes: ["research", "advertising"] });
  const desk = await pageOf(browser, javaScriptEnabled);
  await atTheQueue(desk);
  await openFromQueue(desk, number);
  await says(desk, SAID);
  await desk.getByRole("button", { name: "Start the review" }).click();
  await says(desk, "The case is yours.");
  await page.goto(`/objections/${number}`);
  await says(page, "Under review by a person");

  // Advertising is upheld by rule. Of the rest the officer sees, while writing, what will be read; a refusal needs
  // grounds.
  await says(page, "Upheld at once");
  await says(page, "Paused while we decide: Research. Already upheld, and off permanently: Advertising.");
  await says(desk, "Upheld by rule: Advertising");
  const research = desk.getByRole("group", { name: "Research" });
  await expect(desk.getByRole("group", { name: "Advertising" })).toHaveCount(0);
  const letter = desk.locator(".letter");
  await expect(letter).not.toContainText("Research: refused");
  const show = async () => { if (!javaScriptEnabled) await desk.getByRole("button", { name: "Show what they will read" }).click(); };
  await research.getByLabel("Refuse").check();
  await show();
  await expect(letter).toContainText("Research: refused");
  await desk.getByRole("button", { name: "Send to a second officer" }).click();
  await expect(desk.getByRole("alert")).toBeFocused();
  await desk.getByRole("link", { name: "Research: please give the compelling grounds" }).click();
  const grounds = desk.getByLabel("Grounds, if you refuse");
  await expect(grounds).toBeFocused();
  await expect(research.getByLabel("Refuse")).toBeChecked();
  await grounds.fill("It weighs <more>.\nBecause of the others.");
  await show();
  await expect(letter).toContainText("> It weighs <more>.");
  await expect(letter).toContainText("You don't have to accept a refusal.");
  const written = await letter.textContent();
  await expect(grounds).toHaveValue("It weighs <more>.\nBecause of the others.");
  await desk.getByRole("button", { name: "Send to a second officer" }).click();
  await says(desk, "It is sent once a second officer has agreed to it.");
  await expect(desk.getByRole("button", { name: "Agree, and send this answer" })).toHaveCount(0);
  await page.reload();
  await says(page, "We drafted an answer for a second person to review");
  await expect(page.locator("main")).not.toContainText("Because of the others.");

  // A second officer finds it in the queue, sends it back once, and then agrees.
  const second = await pageOf(browser, javaScriptEnabled);
  await signInStaff(second, "privacy_officer");
  await second.goto("/support/objections");
  await second.getByRole("link", { name: /Waiting for you to agree/ }).click();
  await openFromQueue(second, number);
  await says(second, "Because of the others.");
  await second.getByRole("button", { name: "Send it back" }).click();
  await expect(second.getByRole("alert")).toBeFocused();
  await second.getByLabel("What has to change").fill("Which others?");
  await second.getByRole("button", { name: "Send it back" }).click();
  await says(second, "The answer was not sent.");
  await desk.reload();
  await says(desk, "Which others?");
  await expect(grounds).toHaveValue("It weighs <more>.\nBecause of the others.");
  await desk.getByRole("button", { name: "Send to a second officer" }).click();
  await says(desk, "It is sent once a second officer has agreed to it.");
  await second.reload();
  await second.getByRole("button", { name: "Agree, and send this answer" }).click();
  await says(second, "You agreed. The answer is on its way.");
  await desk.reload();

  const answer = await mailTo(email, /^Our answer to your objection/);
  const same = (text) => text.replace(/\s+/g, " ").trim();
  expect(same(answer.text)).toContain(same(written));
  await page.reload();
  await says(page, "Partly upheld.");
  await says(page, "Because of the others.");
  await says(page, "Federal Trade Commission");
  await page.getByRole("button", { name: "Send this complaint" }).click();
  await expect(page.getByRole("alert")).toBeFocused();
  await says(page, "Please write your complaint.");
  await page.getByLabel("Your complaint").fill("Still studied.");
  await page.getByRole("button", { name: "Send this complaint" }).click();
  await says(page, "We have your complaint.");
  await says(page, new RegExp(`You complained about the answer\\. We will answer your complaint by ${DATE}\\.`));
  expect((await mailTo(email, /^We have your complaint/)).text).toContain("> Still studied.");

  await desk.getByRole("link", { name: "Queue", exact: true }).click();
  await desk.getByText("Filter and columns").click();
  await desk.getByRole("combobox", { name: "State" }).selectOption("Complaint to answer");
  await desk.getByRole("button", { name: "Show", exact: true }).click();
  await openFromQueue(desk, number);
  await says(desk, "Still studied.");

  // Whoever wrote a refusal can uphold it now, and refuse it no more. What was upheld is not asked about again.
  await says(desk, "only another officer can refuse it again");
  await expect(desk.getByRole("group", { name: "Advertising" })).toHaveCount(0);
  await expect(desk.getByRole("group", { name: "Research" }).getByRole("radio")).toHaveCount(1);

  // A third officer refuses it again; the first one cannot agree, and the second one can.
  const third = await pageOf(browser, javaScriptEnabled);
  await signInStaff(third, "privacy_officer");
  await third.goto(`/support/objections/${number}`);
  await third.getByRole("group", { name: "Research" }).getByLabel("Refuse").check();
  await third.getByLabel("Grounds, if you refuse").fill("It still weighs more.");
  if (!javaScriptEnabled) await third.getByRole("button", { name: "Show what they will read" }).click();
  await expect(third.locator(".letter")).toContainText("We stand by our refusal");
  await third.getByRole("button", { name: "Send to a second officer" }).click();
  await says(third, "It is sent once a second officer has agreed to it.");
  await desk.reload();
  await says(desk, "You wrote an earlier refusal");
  await expect(desk.getByRole("button", { name: "Agree, and send this answer" })).toHaveCount(0);
  await second.goto(`/support/objections/${number}`);
  await second.getByRole("button", { name: "Agree, and send this answer" }).click();
  await says(second, "You agreed. The answer is on its way.");
  await mailTo(email, /^Our answer to your complaint .* It still weighs more\./);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Our answer to your complaint" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Our first answer" })).toBeVisible();

  // Complained about once more, it is upheld after all.
  await complain(page, number);
  await desk.reload();
  await desk.getByRole("group", { name: "Research" }).getByLabel("Uphold").check();
  await desk.getByRole("button", { name: "Send this answer" }).click();
  await says(desk, "The answer is stored and on its way.");
  await desk.getByRole("button", { name: "Close it" }).click();
  await says(desk, "The case is closed.");
  await page.goto(`/objections/${number}`);
  await says(page, "We answered your complaint: upheld for Research");
  await says(page, "Closed.");
});

test("refused, the use begins again, and letter, page and history say so and since when", async ({ page }) => {
  const email = await join(page, "IE");
  await send(page, "/api/set-ai-training", { wanted: "allowed", seen: "" });
  const number = await file(page, { purposes: [AI] });
  await theTab(page);
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await (await officer(page)).decide(number, { [AI]: "refused" }, "It weighs more.");
  const again = "The pause ends today. From today we use your data for this again. In our view";
  const authority = "https://www.dataprotection.ie";
  const letter = await mailTo(email, /^Our answer to your objection/);
  expect(letter.text.replace(/\s+/g, " ")).toContain(again);
  expect(letter.html).toContain(`href="${authority}"`);
  await page.goto(`/objections/${number}`);
  await says(page, again);
  await expect(page.getByRole("link", { name: /Data Protection Commission/ })).toHaveAttribute("href", authority);
  await theTab(page);
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
  await page.goto("/settings/privacy/history");
  await expect(page.getByRole("row", { name: `Objection ${number} refused: ${AI_TITLE}; pause ended` })).toHaveCount(1);
});

test("withdrawn, the history says that the pause ended and why", async ({ page }) => {
  await join(page);
  const number = await file(page, { purposes: [AI] });
  await send(page, "/api/withdraw-objection", { case: number });
  await page.goto("/settings/privacy/history");
  await expect(page.getByRole("row", { name: `Objection ${number} withdrawn; pause ended` })).toHaveCount(1);
});

test("where the preview cannot be had, none that is older stays @script", async ({ page, context }) => {
  const number = await filedByMember(await elsewhere(page));
  await signInStaff(page, "privacy_officer");
  const html = await (await page.request.get(`/support/objections/${number}`)).text();
  await send(page, "/api/review-objection", { case: number, revision: / name="revision" value="(\d+)"/.exec(html)[1] });
  await page.goto(`/support/objections/${number}`);
  const letter = page.locator(".letter");
  await page.getByRole("radio", { name: "Uphold" }).check();
  await expect(letter).toContainText("Research: upheld");
  await context.setOffline(true);
  await page.getByRole("radio", { name: "Refuse" }).check();
  await expect(letter).toHaveText("We cannot show what they will read at the moment. What you typed is still here.");
  await context.setOffline(false);
  await page.getByLabel("Grounds, if you refuse").fill("It weighs more.");
  await expect(letter).toContainText("Research: refused");
  // Signed out meanwhile is no answer either.
  await send(page, "/api/sign-out", {});
  await page.getByRole("radio", { name: "Uphold" }).check();
  await expect(letter).toContainText("We cannot show what they will read at the moment");
});

test("upheld, the switch is off for good, and says because of which case", async ({ page }) => {
  await join(page);
  await theTab(page);
  await theSwitch(page).click();
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
  const number = await file(page, { purposes: [AI] });
  await theTab(page);
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await expect(theSwitch(page)).toHaveAccessibleDescription(new RegExp(`paused while we decide on your objection ${number}`));
  await (await officer(page)).decide(number, { [AI]: "upheld" });
  await theTab(page);
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await expect(theSwitch(page)).toHaveAttribute("aria-disabled", "true");
  await expect(theSwitch(page)).toHaveAccessibleDescription(new RegExp(`because we upheld your objection ${number} on ${DATE}\\. It stays off\\.`));
  // A form from before does not turn it on either.
  expect((await send(page, "/api/set-ai-training", { wanted: "allowed", seen: "" })).status()).toBe(409);
  await page.reload();
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "false");
  await page.getByRole("link", { name: `View objection ${number}` }).click();
  await says(page, "The switch on your Data privacy page is off and stays off");
});

test("nobody sees another's case, by any address", async ({ page, browser, javaScriptEnabled }) => {
  const ada = await filedByMember(await elsewhere(page), { text: "Only for Ada and the officers." });
  const { number: ben } = await filedWithCode(await elsewhere(page), { text: "Only for Ben and the officers." });
  const visitors = {
    nobody: async () => {},
    "another member": join,
    "somebody with a case of their own": filedWithCode,
    "support staff": (visitor) => signInStaff(visitor, "support"),
    "an auditor": (visitor) => signInStaff(visitor, "auditor"),
  };
  for (const [who, arrive] of Object.entries(visitors)) {
    const visitor = await pageOf(browser, javaScriptEnabled);
    await arrive(visitor);
    for (const number of [ada, ben]) {
      for (const path of [`/objections/${number}`, `/support/objections/${number}`]) {
        await visitor.goto(path);
        await says(visitor, /only if you filed it|it belongs to somebody else|No account yet/);
        await expect(visitor.getByText("and the officers")).toHaveCount(0);
      }
      const rest = ["", `/${number.toLowerCase()}`, `/${number.replace("-", "")}`, `/${number}/`, `/${number}?key=`, `/${number}?key=%00`, `/${number}%00`, `/../${number}`];
      const paths = ["/objections", "/support/objections"].flatMap((begin) => rest.map((end) => begin + end));
      for (const path of [...paths, `/objection/code?case=${number}`, `/objection/again?case=${number}`, "/objection", "/settings/privacy"]) {
        const answer = await visitor.request.get(path, { headers: { Accept: "text/html" } });
        expect(answer.status(), `${who}: ${path}`).toBeLessThan(500);
        expect(await answer.text(), `${who}: ${path}`).not.toContain("and the officers");
      }
      const texts = { text: "Mine now.", reason: "Mine now.", revision: "1", months: "1", of: ada, "rulings[0][purpose]": "research", "rulings[0][outcome]": "upheld" };
      const moves = [
        "add-to", "withdraw", "complain-about", "review", "extend", "decide", "mark-duplicate", "reopen", "close",
      ].map((move) => `${move}-objection`).concat("preview-decision", "answer-complaint");
      for (const move of moves) {
        const answer = await send(visitor, `/api/${move}`, { case: number, ...texts });
        expect([401, 404], `${who}: ${move}`).toContain(answer.status());
        expect(await answer.text()).not.toContain("and the officers");
      }
    }
    await visitor.context().close();
  }
  // Their own eyes, and nothing has changed.
  await signInStaff(page, "privacy_officer");
  for (const number of [ada, ben]) {
    await page.goto(`/support/objections/${number}`);
    await says(page, "and the officers");
    await expect(page.getByText("Mine now.")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Start the review" })).toBeVisible();
  }
});

test("advertising is upheld by rule at once, and the other use goes on waiting", async ({ page, browser, javaScriptEnabled }) => {
  await join(page, "IE");
  const number = await file(page, { purposes: ["advertising", "research"] });
  await page.goto(`/objections/${number}`);
  await says(page, "Already upheld, and off permanently: Advertising.");
  await says(page, /We will answer by/);
  const desk = await pageOf(browser, javaScriptEnabled);
  await signInStaff(desk, "privacy_officer");
  await desk.goto(`/support/objections/${number}`);
  await says(desk, "Upheld by rule");
  // Only the use that waits is still to be decided.
  await desk.getByRole("button", { name: "Start the review" }).click();
  await expect(desk.getByLabel("Grounds, if you refuse Research")).toHaveCount(1);
  await expect(desk.getByLabel("Grounds, if you refuse Advertising")).toHaveCount(0);
});

test("two presses are one case", async ({ page, javaScriptEnabled }) => {
  const email = await join(page);
  await page.goto("/objection");
  await purpose(page, "Research").check();
  if (javaScriptEnabled) {
    await fileIt(page).dblclick();
    await expect(page).toHaveURL(/\/objections\/OBJ-/);
  } else {
    // Both presses of the form as it was loaded.
    const body = await page.locator("form[action^='/api/submit-objection']").evaluate((form) => [...new FormData(form)]);
    const form = Object.fromEntries(body);
    await Promise.all([1, 2].map(() => page.request.post("/api/submit-objection", { form, headers: { Accept: "text/html" } })));
  }
  await page.goto("/objections");
  await expect(page.getByRole("main").getByRole("link", { name: /^OBJ-/ })).toHaveCount(1);
  const about = (await mailsTo(email)).filter(({ subject }) => subject.includes("objection"));
  expect(about.length).toBeLessThanOrEqual(1);
});

test("from the keyboard alone it is filed", async ({ page }) => {
  await join(page);
  await page.goto("/objection");
  const focused = (thing) => thing.evaluate((el) => el === el.ownerDocument.activeElement);
  const tabTo = async (thing) => {
    for (let i = 0; i < 30 && !(await focused(thing)); i++) await page.keyboard.press("Tab");
    await expect(thing).toBeFocused();
  };
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(purpose(page, "Research"));
  await page.keyboard.press("Space");
  await tabTo(page.getByLabel("Object", { exact: true }));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByLabel("Restrict")).toBeChecked();
  await tabTo(reason(page));
  await page.keyboard.type("By hand.");
  await tabTo(fileIt(page));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/objections\/OBJ-/);
  await says(page, "By hand.");
  await says(page, "That we keep your data but stop using it");
});

test("what was written in vain is still there", async ({ page }) => {
  // The case was decided while they wrote.
  const number = await filedByMember(page);
  await page.goto(`/objections/${number}`);
  await page.getByLabel("What you want to add").fill(REASON);
  await (await officer(page)).decide(number, { research: "refused" });
  await page.getByRole("button", { name: "Add this" }).click();
  await expect(page.getByRole("alert")).toContainText("This case has already been decided.");
  await expect(page.getByLabel("Your complaint")).toHaveValue(REASON);
  await complain(page, number);
});

test("a letter at double size on a telephone is read without moving sideways", async ({ page }) => {
  const email = await join(page);
  await page.goto("/objection");
  await purpose(page, "Personalisation").check();
  await fileIt(page).click();
  await expect(page).toHaveURL(/\/objections\/OBJ-/);
  const { html } = await mailTo(email, new RegExp(`We have your objection ${numberOf(page)}`));
  await page.setViewportSize({ width: 390, height: 844 });
  const twice = html.replace("</head>", "<style>html { font-size: 200% }</style></head>");
  await page.goto(`data:text/html;charset=utf-8,${encodeURIComponent(twice)}`);
  await expect(page.getByText("We have received your objection.")).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
});
