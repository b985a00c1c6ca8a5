// What the stories of objections share: filing, the mails, and what officers do.
import { expect, request } from "@playwright/test";
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join as path } from "node:path";
import { simpleParser } from "mailparser";
import { address, freshEmail, join, send, signInStaff } from "./app.mjs";

/** What people write: lines, marks that mean something in HTML, another script, and a word that is longer than a narrow screen. */
export const REASON =
  '  I write about <b>my health</b> & "other things" </textarea>.\n\nمن فضلك لا تستخدم بياناتي.\nhttps://example.org/' + "a-very-long-address-".repeat(8);
/** What of it stands on pages. */
export const SAID = "I write about <b>my health</b>";

export const fileIt = (page) => page.getByRole("button", { name: "File this objection" });
export const purpose = (page, name) => page.getByRole("checkbox", { name });
export const reason = (page) => page.getByLabel("Your reason (optional)");
/** The number of the case on whose page this is. */
export const numberOf = (page) => /OBJ-[0-9A-Z]{8}/.exec(page.url())[0];

/** Somebody else's browser, without a page. */
export async function elsewhere(page) {
  const baseURL = new URL((await page.request.get("/healthz")).url()).origin;
  return { request: await request.newContext({ baseURL, extraHTTPHeaders: { "X-Forwarded-For": address() } }) };
}

/** The form as the page of a member sends it; returns the number. */
export async function file(page, { purposes = ["research"], mode = "object", text = REASON, person } = {}) {
  const ticked = Object.fromEntries(purposes.map((purpose, i) => [`purposes[${i}]`, purpose]));
  const form = { form: randomUUID(), mode, reason: text, language: "en", ...ticked, ...person };
  const answer = await send(page, "/api/submit-objection", form);
  expect(answer.status(), await answer.text()).toBe(200);
  return answer.json();
}

/** A fresh member who has filed; returns the number. */
export async function filedByMember(page, more) {
  await join(page);
  return file(page, more);
}

/** Somebody without an account who has filed, but not entered the code yet. */
export async function filedSignedOut(page, { name = "Ben", country = "IE", ...more } = {}) {
  const email = freshEmail();
  return { number: await file(page, { person: { name, email, country }, ...more }), email };
}

/** The same, with the code of the mail entered. */
export async function filedWithCode(page, more) {
  const { number, email } = await filedSignedOut(page, more);
  const answer = await send(page, "/api/verify-objection", { case: number, code: await codeFor(email) });
  expect(answer.status(), await answer.text()).toBe(200);
  return { number, email };
}

/** Mails that were read, by the name of their file: a mail does not change. */
const read = new Map();

async function mails() {
  const folder = path(process.env.SAYSO_E2E_DATA, "mail");
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml")) : [];
  for (const name of names.filter((name) => !read.has(name))) read.set(name, await simpleParser(readFileSync(path(folder, name))));
  // Their names are in the order in which they were written.
  return names.sort().map((name) => read.get(name));
}

/** Every mail to `address` so far, the newest last. */
export const mailsTo = async (address) => (await mails()).filter(({ to }) => to.text === address);

/** The newest mail to `address` that says `what`, once it is there. */
export async function mailTo(address, what) {
  let found;
  const look = async () => (found = (await mailsTo(address)).findLast(({ subject, text }) => what.test(`${subject}\n${text}`.replace(/\n(> )?/g, " "))));
  await expect.poll(look, { message: `a mail to ${address} that says ${what}`, timeout: 20_000, intervals: [50] }).toBeTruthy();
  return found;
}

export const codeFor = async (email) => /^ {4}(\S+)$/m.exec((await mailTo(email, /^Your code for objection/)).text)[1];
/** The link of a mail that opens a case without an account. */
export const linkIn = ({ text }) => /http\S*\/objections\/\S+\?key=\S+/.exec(text)[0];

/** Lets the mails of one case be older by two minutes: between two of them one has to pass, and no story waits for that. */
export function aWhileAgo(number) {
  const older = "update case_links set made_at = made_at - 120000 where number = ?; update case_codes set sent_at = sent_at - 120000 where number = ?";
  const program = `import sqlite3, sys
base = sqlite3.connect(sys.argv[1], timeout=20)
with base:
    for sql in sys.argv[2].split(";"):
        base.execute(sql, (sys.argv[3],))`;
  execFileSync("python3", ["-c", program, path(process.env.SAYSO_E2E_DATA, "sayso.db"), older, number], { timeout: 60_000 });
}

/** A privacy officer at work beside the page; each time another one. */
export async function officer(page) {
  const desk = await elsewhere(page);
  await signInStaff(desk, "privacy_officer");
  const act = async (endpoint, number, more) => {
    const html = await (await desk.request.get(`/support/objections/${number}`)).text();
    const revision = / name="revision" value="(\d+)"/.exec(html)[1];
    const answer = await send(desk, `/api/${endpoint}`, { case: number, revision, ...more });
    expect(answer.status(), await answer.text()).toBe(200);
  };
  return {
    review: (number) => act("review-objection", number),
    ask: (number, question) => act("ask-person", number, { question }),
    extend: (number, reason) => act("extend-objection", number, { months: "2", reason }),
    markDuplicate: (number, of) => act("mark-duplicate-objection", number, { of }),
    /** Begins the review, and decides; a refusal has its grounds: `{ research: "refused" }`. */
    decide: async (number, outcomes, grounds = "It weighs more because of the safety of others.") => {
      await act("review-objection", number);
      const rulings = Object.entries(outcomes).flatMap(([purpose, outcome], i) => [
        [`rulings[${i}][purpose]`, purpose],
        [`rulings[${i}][outcome]`, outcome],
        [`rulings[${i}][grounds]`, outcome === "refused" ? grounds : ""],
      ]);
      await act("decide-objection", number, Object.fromEntries(rulings));
      if (Object.values(outcomes).includes("refused")) await (await officer(page)).agree(number);
    },
    /** Proposes a refusal, which then waits for a second officer. */
    propose: async (number, purpose, grounds = "It weighs more because of the safety of others.") => {
      await act("review-objection", number);
      await act("decide-objection", number, { "rulings[0][purpose]": purpose, "rulings[0][outcome]": "refused", "rulings[0][grounds]": grounds });
    },
    agree: (number) => act("agree-to-decision", number),
    sendBack: (number, why) => act("return-decision", number, { why }),
    answerComplaint: (number, text) => act("answer-complaint", number, { text }),
    reopen: (number, reason) => act("reopen-objection", number, { why_again: reason }),
    close: (number) => act("close-objection", number),
  };
}

/** The person's complaint about the answer to their case. */
export async function complain(page, number, text = REASON) {
  const answer = await send(page, "/api/complain-about-objection", { case: number, text });
  expect(answer.status(), await answer.text()).toBe(200);
}
