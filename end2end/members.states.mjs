// The pages of members who were brought in, in every state.
import { freshEmail, PASSWORD, tooOften } from "./app.mjs";
import { invited } from "./members.mjs";

const at = (path) => (page) => page.goto(path);

async function askForLink(page, email) {
  await page.goto("/welcome/again");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send me a link" }).click();
}

async function setPassword(page, password) {
  await page.goto((await invited(page)).link);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Set password and sign in" }).click();
}

export const PEOPLE_STATES = {
  welcome: { arrange: async (page) => { await page.goto((await invited(page)).link); }, shows: "and your own password" },
  "welcome refused": { arrange: (page) => setPassword(page, "password1234"), shows: "easy to guess" },
  "welcome over": { arrange: at("/welcome?key=of-yesterday"), shows: "This link has been used" },
  "welcome again": { arrange: at("/welcome/again"), shows: "We will e-mail you a link to set one" },
  "welcome again sent": { arrange: (page) => askForLink(page, freshEmail()), shows: "an e-mail with a link is on its way" },
  "welcome again refused": { arrange: (page) => askForLink(page, "nobody"), shows: "Please enter an e-mail address" },
  "welcome again too often": {
    arrange: async (page) => {
      const email = freshEmail();
      await tooOften(page, "/api/send-welcome-link", { email });
      await askForLink(page, email);
    },
    shows: "Too many attempts",
  },
  "tab of somebody brought in": { arrange: (page) => setPassword(page, PASSWORD), shows: "Account brought here" },
};
