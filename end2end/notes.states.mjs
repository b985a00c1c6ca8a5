// The card with the notes on a case, in every state.
import { REASON, elsewhere, filedByMember } from "./cases.mjs";
import { signInStaff } from "./app.mjs";

/** An officer's page of a case. */
async function atACase(page) {
  const number = await filedByMember(await elsewhere(page));
  await signInStaff(page, "privacy_officer");
  await page.goto(`/support/objections/${number}`);
}

async function note(page, text) {
  await page.getByLabel("New note").fill(text);
  await page.getByRole("button", { name: "Add note" }).click();
}

export const NOTES_STATES = {
  "case of officers, no notes": { arrange: atACase, shows: "There are no notes on this case." },
  "case of officers, with a note": {
    arrange: async (page) => {
      await atACase(page);
      await note(page, REASON);
    },
    shows: "The note is added.",
  },
  "case of officers, note refused": {
    arrange: async (page) => {
      await atACase(page);
      await note(page, "");
    },
    shows: "Please write your note.",
  },
};
