// The pages of what an officer records, in every state.
import { elsewhere, filedByMember, linkIn, mailTo, numberOf, officer } from "./cases.mjs";
import { freshEmail, signInStaff } from "./app.mjs";
import { howItCame, record } from "./recording.mjs";

async function atTheForm(page) {
  await signInStaff(page, "privacy_officer");
  await page.goto("/support/objections/record");
}

/** A case that an officer has recorded; ends on the officer's page, and returns the person's address. */
async function recorded(page) {
  const email = freshEmail();
  await signInStaff(page, "privacy_officer");
  await record(page, { email, came: "From an agent", words: "The agent's words", agent: "Cy Agent" });
  return email;
}

/** An officer's page of an answered case. */
async function answered(page) {
  const number = await filedByMember(await elsewhere(page), { purposes: ["research"] });
  await (await officer(page)).decide(number, { research: "refused" });
  await signInStaff(page, "privacy_officer");
  await page.goto(`/support/objections/${number}`);
}

export const RECORDING_STATES = {
  "objection to record": { arrange: atTheForm, shows: "Whose words you record" },
  "objection to record, refused": {
    arrange: async (page) => {
      await atTheForm(page);
      await page.getByRole("button", { name: "Record this objection" }).click();
    },
    shows: "Please choose how it reached us.",
  },
  "case of officers, recorded": { arrange: recorded, shows: "Until they do, the objection reaches no account." },
  "case of officers, address to correct, refused": {
    arrange: async (page) => {
      await recorded(page);
      await page.getByRole("button", { name: "Correct it" }).click();
    },
    shows: "Please enter an e-mail address",
  },
  "objection to record again": {
    arrange: async (page) => {
      const email = await recorded(page);
      const here = page.url();
      const mail = await mailTo(email, /We have recorded your objection/);
      const person = await (await page.context().browser().newContext()).newPage();
      await person.goto(linkIn(mail));
      await person.getByRole("link", { name: "Enter the code" }).click();
      await person.getByLabel("Code", { exact: true }).fill(/^ {4}(\S+)$/m.exec(mail.text)[1]);
      await person.getByRole("button", { name: "Confirm" }).click();
      await person.context().close();
      await page.goto(here);
      await page.getByRole("link", { name: "Record it again" }).click();
    },
    shows: "Both cases get a note that names the other.",
  },
  "case, recorded by an officer": {
    arrange: async (page) => {
      const email = await recorded(page);
      await page.context().clearCookies();
      await page.goto(linkIn(await mailTo(email, /We have recorded your objection/)));
    },
    shows: "Confirm your e-mail address",
  },
  "objection of somebody else": {
    arrange: async (page) => {
      const email = await recorded(page);
      await page.context().clearCookies();
      await page.goto(linkIn(await mailTo(email, /We have recorded your objection/)));
      await page.getByRole("link", { name: "This isn't mine" }).click();
    },
    shows: "We send nothing more about this objection to this address.",
  },
  "objection of somebody else, told": {
    arrange: async (page) => {
      const email = await recorded(page);
      await page.context().clearCookies();
      await page.goto(linkIn(await mailTo(email, /We have recorded your objection/)));
      await page.getByRole("link", { name: "This isn't mine" }).click();
      await page.getByRole("button", { name: "This isn't mine" }).click();
    },
    shows: "You can close this page.",
  },
  "case of officers, address of somebody else": {
    arrange: async (page) => {
      const email = await recorded(page);
      const number = await numberOf(page);
      await page.context().clearCookies();
      await page.goto(linkIn(await mailTo(email, /We have recorded your objection/)));
      await page.getByRole("link", { name: "This isn't mine" }).click();
      await page.getByRole("button", { name: "This isn't mine" }).click();
      await signInStaff(page, "privacy_officer");
      await page.goto(`/support/objections/${number}`);
    },
    shows: "Please find out the right address",
  },
  "case of officers, to reopen": { arrange: answered, shows: "Reopen the case" },
  "case of officers, to reopen, refused": {
    arrange: async (page) => {
      await answered(page);
      await page.getByRole("button", { name: "Reopen it" }).click();
    },
    shows: "Please say why you reopen the case.",
  },
  "complaint to record": { arrange: answered, shows: "Record a complaint" },
  "complaint to record, refused": {
    arrange: async (page) => {
      await answered(page);
      await howItCame(page, { words: "The agent's words" });
      await page.getByRole("button", { name: "Record this complaint" }).click();
    },
    shows: "Please enter the name of the agent.",
  },
};
