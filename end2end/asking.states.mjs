// A question to whoever objected, in every state: before the officer, and before the person.
import { elsewhere, filedByMember, officer } from "./cases.mjs";
import { signInStaff } from "./app.mjs";

const QUESTION = "Which posts do you mean?\nThose about your health?";

/** An officer's page of a case of somebody else; `before` is what was done on it. */
async function atTheDesk(page, before = async () => {}) {
  const person = await elsewhere(page);
  const number = await filedByMember(person);
  await before(await officer(page), number, person);
  await signInStaff(page, "privacy_officer");
  await page.goto(`/support/objections/${number}`);
}

/** The person's page of a case about which they were asked; `after` is what was done then. */
async function asked(page, after = async () => {}) {
  const number = await filedByMember(page);
  const desk = await officer(page);
  await desk.ask(number, QUESTION);
  await after(desk, number);
  await page.goto(`/objections/${number}`);
}

export const ASKING_STATES = {
  "case of officers, to ask": { arrange: (page) => atTheDesk(page), shows: "The question they will read" },
  "case of officers, nothing asked": {
    arrange: async (page) => {
      await atTheDesk(page);
      await page.getByRole("button", { name: "Send this question" }).click();
    },
    shows: "Please write your question.",
  },
  "case of officers, asked": {
    arrange: (page) => atTheDesk(page, (desk, number) => desk.ask(number, QUESTION)),
    shows: "The person has not replied yet.",
  },
  "case of officers, decided without a reply": {
    arrange: (page) => atTheDesk(page, async (desk, number) => {
      await desk.ask(number, QUESTION);
      await desk.decide(number, { research: "upheld" });
    }),
    shows: "because the case was decided without one.",
  },
  "case, a question": { arrange: (page) => asked(page), shows: "Reply to our question" },
  "case, no reply written": {
    arrange: async (page) => {
      await asked(page);
      await page.getByRole("button", { name: "Send this reply" }).click();
    },
    shows: "Please write your reply.",
  },
  "case, replied": {
    arrange: async (page) => {
      await asked(page);
      await page.getByLabel("Your reply").fill("All of them.");
      await page.getByRole("button", { name: "Send this reply" }).click();
    },
    shows: "We have your reply.",
  },
  "case, decided without a reply": {
    arrange: (page) => asked(page, (desk, number) => desk.decide(number, { research: "upheld" })),
    shows: "because we have decided without a reply.",
  },
  "objections, one with a question": {
    arrange: async (page) => {
      await asked(page);
      await page.goto("/objections");
    },
    shows: "We asked you a question on",
  },
};
