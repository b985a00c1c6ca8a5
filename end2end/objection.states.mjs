// The pages of objections in every state: the person's, and the officer's.
import { expect } from "@playwright/test";
import { freshEmail, join, send, signInStaff, theTab } from "./app.mjs";
import { codeFor, elsewhere, file as fileBeside } from "./cases.mjs";

const MODERATION = "Moderation and safety";

/** Fills and sends the form as it stands; ends on the case, or where a person without an account is asked for the code. */
async function file(page, purposes) {
  for (const purpose of purposes) await page.getByLabel(purpose, { exact: true }).check();
  await page.getByLabel("Your reason").fill("I write about my health.\nAnd about my children's.");
  await page.getByRole("button", { name: "File this objection" }).click();
}

/** A member with a case; returns its number. */
async function filed(page, purposes = ["Personalisation", MODERATION]) {
  await join(page);
  await page.goto("/objection");
  await file(page, purposes);
  await expect(page.getByText("We have your objection.")).toBeVisible();
  return new URL(page.url()).pathname.split("/").pop();
}

async function filedByNobody(page) {
  await page.goto("/objection");
  await page.getByLabel("Name").fill("Ben Nobody");
  await page.getByLabel("E-mail address").fill(freshEmail());
  await page.getByLabel("Country").selectOption("IE");
  await file(page, ["Personalisation"]);
  await expect(page.getByRole("heading", { level: 1, name: "Enter your code" })).toBeVisible();
}

/** Takes the same browser to an officer's page of a case, each time another one's. Returns the way back to the person's. */
async function asOfficer(page, number) {
  const person = await page.context().cookies();
  await page.context().clearCookies();
  await signInStaff(page, "privacy_officer");
  await page.goto(`/support/objections/${number}`);
  return async () => {
    await page.context().clearCookies();
    await page.context().addCookies(person);
    await page.goto(`/objections/${number}`);
  };
}

async function underReview(page, purposes) {
  const back = await asOfficer(page, await filed(page, purposes));
  await page.getByRole("button", { name: "Start the review" }).click();
  await expect(page.getByRole("heading", { name: "What they will read" })).toBeVisible();
  return back;
}

async function rule(page, outcome, grounds) {
  for (const choice of await page.getByRole("radio", { name: outcome }).all()) await choice.check();
  for (const field of await page.getByLabel("Grounds, if you refuse").all()) await field.fill(grounds);
}

/** A refusal that waits for a second officer; ends on the first officer's page, and returns the way back to the person's. */
async function proposed(page) {
  const back = await underReview(page, [MODERATION]);
  await rule(page, "Refuse", "Without it nobody could be kept safe from fraud here.");
  await page.getByRole("button", { name: "Send to a second officer" }).click();
  await expect(page.getByText("It is sent once a second officer has agreed to it.")).toBeVisible();
  return back;
}

/** The same, before the eyes of the second officer. */
async function before2nd(page) {
  const back = await proposed(page);
  const number = new URL(page.url()).pathname.split("/").pop();
  await asOfficer(page, number);
  return back;
}

/** Answers a case; ends on its page as the person sees it. */
async function answered(page, outcome, purposes) {
  if (outcome === "Refuse") {
    const back = await before2nd(page);
    await page.getByRole("button", { name: "Agree, and send this answer" }).click();
    await expect(page.getByText("You agreed. The answer is on its way.")).toBeVisible();
    return back();
  }
  const back = await underReview(page, purposes);
  await rule(page, outcome, "Without it nobody could be kept safe from fraud here.");
  await page.getByRole("button", { name: "Send this answer" }).click();
  await expect(page.getByText("The answer is stored and on its way.")).toBeVisible();
  await back();
}

export const OBJECTION_STATES = {
  "objections, one filed without signing in": {
    arrange: async (page) => {
      const email = await join(page);
      const other = await elsewhere(page);
      const person = { name: "Ben", email, country: "IE" };
      const number = await fileBeside(other, { purposes: ["generative-ai-training"], person });
      await send(other, "/api/verify-objection", { case: number, code: await codeFor(email) });
      await page.goto("/objections");
      await expect(page.getByText("You have not objected to anything yet")).toHaveCount(0);
    },
    shows: "It was filed without signing in, under one of your e-mail addresses",
  },
  "objection, nobody signed in": { arrange: (page) => page.goto("/objection"), shows: "Who you are" },
  "objection, what happens with what is typed": {
    arrange: async (page) => {
      await page.goto("/objection");
      await page.getByRole("heading", { name: "What happens with what you type" }).scrollIntoViewIfNeeded();
    },
    shows: "Who receives it",
  },
  "objection refused": {
    arrange: async (page) => {
      await page.goto("/objection");
      await page.getByRole("button", { name: "File this objection" }).click();
    },
    shows: "There is a problem",
  },
  "objection, to sign in first": {
    arrange: async (page) => {
      await page.goto("/objection");
      await page.getByLabel("E-mail address").fill(freshEmail());
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
    },
    shows: "What you typed goes with you",
  },
  "objection, to sign up first": {
    arrange: async (page) => {
      await page.goto("/objection");
      await page.getByLabel("E-mail address").fill(freshEmail());
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("button", { name: "Sign up", exact: true }).click();
    },
    shows: "Go back to the form",
  },
  "objection, back from sign-in": {
    arrange: async (page) => {
      await page.goto("/objection");
      await page.getByLabel("E-mail address").fill(freshEmail());
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.getByRole("button", { name: "Go back to the form" }).click();
    },
    shows: "What you typed is still here",
  },
  "objection of a member": { arrange: async (page) => { await join(page); await page.goto("/objection"); }, shows: "What you object to" },
  "objection of a member with another": {
    arrange: async (page) => { await filed(page); await page.goto("/objection"); },
    shows: "You have open objections",
  },
  "objections, none": { arrange: async (page) => { await join(page); await page.goto("/objections"); }, shows: "You have not objected to anything yet" },
  "objections, one": { arrange: async (page) => { await filed(page); await page.goto("/objections"); }, shows: "We will answer by" },
  "tab with an open case": { arrange: async (page) => { await filed(page); await theTab(page); }, shows: "while we decide on" },
  "tab while the switch is paused": {
    arrange: async (page) => { await filed(page, ["Data for Generative AI improvement"]); await theTab(page); },
    shows: "while we decide on",
  },
  "code to enter": { arrange: filedByNobody, shows: "We have your objection OBJ-" },
  "code refused": {
    arrange: async (page) => {
      await filedByNobody(page);
      await page.getByLabel("Code", { exact: true }).fill("7KQ2-9FMX");
      await page.getByRole("button", { name: "Confirm" }).click();
    },
    shows: "match the case number",
  },
  "code to enter, the address shown again": {
    arrange: async (page) => { await filedByNobody(page); await page.reload(); },
    shows: "Is the address wrong?",
  },
  "address to correct, refused": {
    arrange: async (page) => {
      await filedByNobody(page);
      await page.getByRole("button", { name: "Send a code to this address" }).click();
    },
    shows: "Please enter an e-mail address",
  },
  "address corrected": {
    arrange: async (page) => {
      await filedByNobody(page);
      await page.getByLabel("Correct e-mail address").fill(freshEmail());
      await page.getByRole("button", { name: "Send a code to this address" }).click();
    },
    shows: "2 more times",
  },
  "address corrected as often as it can be": {
    arrange: async (page) => {
      await filedByNobody(page);
      for (const _ of [1, 2, 3]) {
        await page.getByLabel("Correct e-mail address").fill(freshEmail());
        await page.getByRole("button", { name: "Send a code to this address" }).click();
      }
    },
    shows: "which is as often as it can be",
  },
  "links by address, refused": {
    arrange: async (page) => {
      await page.goto("/objection/again");
      await page.getByRole("button", { name: "Send me links" }).click();
    },
    shows: "Please enter an e-mail address",
  },
  "links by address, sent": {
    arrange: async (page) => {
      await page.goto("/objection/again");
      const form = page.locator("form[action^='/api/send-objection-links']");
      await form.getByLabel("E-mail address").fill(freshEmail());
      await form.getByRole("button", { name: "Send me links" }).click();
    },
    shows: "we have sent links to them",
  },
  "mail once more": { arrange: (page) => page.goto("/objection/again"), shows: "This is for objections filed without signing in" },
  "mail once more, refused": {
    arrange: async (page) => {
      await page.goto("/objection/again");
      await page.getByRole("button", { name: "Send it again" }).click();
    },
    shows: "Please enter the number of your case",
  },
  "mail once more, sent": {
    arrange: async (page) => {
      await page.goto("/objection/again?case=OBJ-7F3K9Q2M");
      const form = page.locator("form[action^='/api/send-objection-again']");
      await form.getByLabel("E-mail address").fill(freshEmail());
      await form.getByRole("button", { name: "Send it again" }).click();
    },
    shows: "an e-mail is on its way",
  },
  "case, closed to others": { arrange: (page) => page.goto("/objections/OBJ-7F3K9Q2M"), shows: "only if you filed it" },
  "case filed": { arrange: filed, shows: "We have your objection" },
  "case opened by an officer": {
    arrange: async (page) => { await (await asOfficer(page, await filed(page)))(); },
    shows: "An officer opened this case on",
  },
  "tab of whose case an officer opened": {
    arrange: async (page) => {
      await (await asOfficer(page, await filed(page)))();
      await theTab(page);
    },
    shows: "Our privacy team opened your objection",
  },
  "case closed in this browser": {
    arrange: async (page) => {
      await filedByNobody(page);
      const email = await page.getByText("Your code goes to").locator("bdi").textContent();
      await page.getByLabel("Code", { exact: true }).fill(await codeFor(email));
      await page.getByRole("button", { name: "Confirm" }).click();
      await page.getByRole("button", { name: "Close it on this device" }).click();
    },
    shows: "The objection is closed in this browser",
  },
  "case, nothing added": {
    arrange: async (page) => {
      await filed(page);
      await page.getByRole("button", { name: "Add this" }).click();
    },
    shows: "There is a problem",
  },
  "case, to withdraw": {
    arrange: async (page) => {
      await filed(page, ["Advertising", "Personalisation"]);
      await page.getByRole("link", { name: "Withdraw it" }).click();
    },
    shows: "What we have upheld stays upheld, and off: Advertising.",
  },
  "case withdrawn": {
    arrange: async (page) => {
      await filed(page);
      await page.getByRole("link", { name: "Withdraw it" }).click();
      await page.getByRole("button", { name: "Withdraw objection" }).click();
    },
    shows: "You have withdrawn your objection",
  },
  "case, an earlier one still open": {
    arrange: async (page) => {
      await filed(page);
      await page.goto("/objection");
      await file(page, ["Personalisation", "Research"]);
    },
    shows: "You objected to some of this before, and that is still open",
  },
  "case upheld": { arrange: (page) => answered(page, "Uphold", ["Personalisation"]), shows: "Our answer" },
  "case upheld by rule": { arrange: (page) => filed(page, ["Advertising"]), shows: "Upheld at once" },
  "objection form, a use off permanently": {
    arrange: async (page) => {
      await filed(page, ["Advertising"]);
      await page.goto("/objection");
    },
    shows: "Already off permanently, because of",
  },
  "tab, a use off permanently": {
    arrange: async (page) => {
      await filed(page, ["Advertising"]);
      await theTab(page);
    },
    shows: "Advertising is off permanently",
  },
  "case that is not in the account": {
    arrange: async (page) => {
      await filed(page);
      await page.goto("/objections/OBJ-7F3K9Q2M");
    },
    shows: "It is not open in this account",
  },
  "case upheld by rule in part": {
    arrange: (page) => filed(page, ["Advertising", "Personalisation"]),
    shows: "Already upheld, and off permanently: Advertising.",
  },
  "case of officers, upheld by rule in part": {
    arrange: async (page) => { await asOfficer(page, await filed(page, ["Advertising", "Personalisation"])); },
    shows: "Upheld by rule",
  },
  "case refused": { arrange: (page) => answered(page, "Refuse", [MODERATION]), shows: "Complain about the answer" },
  "complaint sent": {
    arrange: async (page) => {
      await answered(page, "Refuse", [MODERATION]);
      await page.getByLabel("Your complaint").fill("You did not look at my reason.");
      await page.getByRole("button", { name: "Send this complaint" }).click();
    },
    shows: "We have your complaint",
  },
  "objected to": { arrange: (page) => page.goto("/error?about=objected"), shows: "Your objection keeps this off" },
  "queue of officers": {
    arrange: async (page) => {
      await asOfficer(page, await filed(page));
      await page.goto("/support/objections");
    },
    shows: "Open objections, soonest deadline first.",
  },
  "queue of officers, nothing like this": {
    arrange: async (page) => {
      await asOfficer(page, await filed(page));
      await page.goto("/support/objections?state=complaint&due=overdue&country=AQ&officer=nobody");
    },
    shows: "No matching cases.",
  },
  "queue of officers, cases found": {
    arrange: async (page) => {
      const number = await filed(page);
      await asOfficer(page, number);
      await page.goto(`/support/objections?q=${number}`);
    },
    shows: "One case",
  },
  "queue of officers, no case found": {
    arrange: async (page) => {
      await asOfficer(page, await filed(page));
      await page.goto("/support/objections?q=qqqqq");
    },
    shows: "No cases match.",
  },
  "case of officers, waits for another": { arrange: (page) => proposed(page), shows: "You wrote it, so another officer has to agree" },
  "case of officers, to agree to": { arrange: (page) => before2nd(page), shows: "it is sent only if you agree" },
  "case of officers, sent back": {
    arrange: async (page) => {
      await before2nd(page);
      await page.getByLabel("What has to change").fill("Say which fraud.");
      await page.getByRole("button", { name: "Send it back" }).click();
    },
    shows: "The answer that was not sent is filled in.",
  },
  "case, a second person looks": { arrange: async (page) => { await (await proposed(page))(); }, shows: "We drafted an answer for a second person to review" },
  "case of officers": { arrange: async (page) => { await asOfficer(page, await filed(page)); }, shows: "Take this case" },
  "case of officers, under review": { arrange: (page) => underReview(page), shows: "Decide for each purpose" },
  "case of officers, as it will read": {
    arrange: async (page) => {
      await underReview(page);
      await rule(page, "Refuse", "Without it nobody could be kept safe from fraud here.");
      await page.getByRole("button", { name: "Show what they will read" }).click();
      await expect(page.locator(".letter")).toContainText("kept safe from fraud");
    },
    shows: "What they will read",
  },
  "case of officers, answer refused": {
    arrange: async (page) => {
      await underReview(page);
      await page.getByRole("button", { name: "Send this answer" }).click();
    },
    shows: "There is a problem",
  },
};
