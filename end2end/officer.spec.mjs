// What keeps an officer's work: a page that asks before it is left, buttons that say where an answer goes, and a session that says
// when it is about to end.
import { elsewhere, filedByMember } from "./cases.mjs";
import { codeOf, expect, newStaff, PASSWORD, signInStaff, test } from "./app.mjs";

/** Ends on an officer's page of a case that is under review. */
async function underReview(page, officer = newStaff("privacy_officer")) {
  const number = await filedByMember(await elsewhere(page));
  await signInStaff(page, "privacy_officer", officer);
  await page.goto(`/support/objections/${number}`);
  await page.getByRole("button", { name: "Start the review" }).click();
  await expect(page.getByRole("heading", { name: "What they will read" })).toBeVisible();
  return number;
}

test("the button says whether an answer goes to the person or to a second officer", async ({ page }) => {
  await underReview(page);
  const toPerson = page.getByRole("button", { name: "Send this answer" });
  const toSecond = page.getByRole("button", { name: "Send to a second officer" });
  await expect(toPerson).toBeVisible();
  await expect(toSecond).toBeHidden();
  await page.getByRole("radio", { name: "Refuse" }).check();
  await expect(toPerson).toBeHidden();
  await page.getByLabel(/^Grounds, if you refuse/).fill("It weighs more.");
  await toSecond.click();
  await expect(page.getByText("It is sent once a second officer has agreed to it.")).toBeVisible();
});

test("who leaves with an answer half written is asked first @script", async ({ page }) => {
  const number = await underReview(page);
  const here = new RegExp(`/support/objections/${number}$`);
  const queue = page.getByRole("link", { name: "Queue", exact: true });
  const asked = [];
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  const grounds = page.getByLabel(/^Grounds, if you refuse/);
  await grounds.pressSequentially("It weighs");
  await queue.click();
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(page).toHaveURL(here);
  await expect(grounds).toHaveValue("It weighs");
  // Another form of the page takes nothing of it along.
  await page.getByLabel("New note").fill("She called.");
  await page.getByRole("button", { name: "Add note" }).click();
  await expect.poll(() => asked).toEqual(["beforeunload", "beforeunload"]);
  await expect(grounds).toHaveValue("It weighs");
  await page.getByLabel("New note").fill("");
  // What is sent is not lost, so nothing is asked.
  await page.getByRole("radio", { name: "Uphold" }).check();
  await page.getByRole("button", { name: "Send this answer" }).click();
  await expect(page.getByText("The answer is stored and on its way.")).toBeVisible();
  await queue.click();
  await expect(page).toHaveURL(/\/support\/objections$/);
  expect(asked).toEqual(["beforeunload", "beforeunload"]);
});

test("no text of the page is lost to another form, nor one that came back @script", async ({ page }) => {
  await underReview(page);
  const asked = [];
  page.on("dialog", async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  const note = page.getByLabel("New note");
  await note.pressSequentially("She called.");
  await page.getByLabel("The question they will read").fill("Since when?");
  await page.getByRole("button", { name: "Send this question" }).click();
  await expect.poll(() => asked).toEqual(["beforeunload"]);
  await expect(note).toHaveValue("She called.");
  await page.getByLabel("The question they will read").fill("");
  // Too long, it comes back, and is asked about before anything is typed.
  const long = "a".repeat(4_001);
  await note.fill(long);
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.getByText("Your note can have at most 4,000 characters. You have 4,001.").first()).toBeVisible();
  await expect(note).toHaveValue(long);
  await page.getByRole("link", { name: "Queue", exact: true }).click();
  await expect.poll(() => asked).toEqual(["beforeunload", "beforeunload"]);
  await note.fill("She called.");
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.getByText("The note is added.")).toBeVisible();
  await page.getByRole("link", { name: "Queue", exact: true }).click();
  await expect(page).toHaveURL(/\/support\/objections$/);
  expect(asked).toHaveLength(2);
});

test("what was typed before the scripts came is asked about as well @script", async ({ page }) => {
  await underReview(page);
  let come;
  const typed = new Promise((resolve) => (come = resolve));
  await page.route(/\/leave-[0-9a-f]+\.js$/, async (route) => {
    await typed;
    await route.continue();
  });
  await page.reload({ waitUntil: "commit" });
  const note = page.getByLabel("New note");
  await note.pressSequentially("She called.");
  const loaded = page.waitForEvent("load");
  come();
  await loaded;
  const asked = page.waitForEvent("dialog");
  const left = page.getByRole("link", { name: "Queue", exact: true }).click();
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();
  await left;
  await expect(note).toHaveValue("She called.");
});

test("what an officer sends after signing out in another tab goes through sign-in", async ({ page, context }) => {
  const officer = newStaff("privacy_officer");
  const number = await underReview(page, officer);
  const other = await context.newPage();
  await other.goto("/account");
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(other).toHaveURL("/signed-out");
  await page.getByLabel("New note").fill("She called.");
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(page.getByText("What you typed will be there when you have signed in again.")).toBeVisible();
  await page.getByLabel("E-mail address").fill(officer.email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  // A code counts once.
  await page.getByLabel("Six-digit code").fill(codeOf(officer.secret, 1));
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page).toHaveURL(`/support/objections/${number}`);
  await expect(page.getByLabel("New note")).toHaveValue("She called.");
});

test("a session that is about to end says so, and is kept @script", async ({ page }) => {
  await page.clock.install();
  await signInStaff(page, "support");
  await page.goto("/support");
  const soon = page.getByText("You will soon be signed out, because you have done nothing here for eight minutes.");
  await page.clock.fastForward("07:59");
  await expect(soon).toBeHidden();
  await page.clock.fastForward("00:02");
  await expect(page.getByRole("alert").filter({ hasText: "You will soon be signed out" })).toBeVisible();
  await page.getByRole("button", { name: "Stay signed in" }).click();
  await expect(soon).toBeHidden();
  await page.clock.fastForward("10:01");
  await expect(page.getByText("You were signed out after ten minutes of inactivity. What you typed is still here.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Sign in again in a new window" })).toHaveAttribute("target", "_blank");
  await page.goto("/support");
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("a session that is about to end says so where it is seen, and typing keeps it @script", async ({ page }) => {
  const number = await filedByMember(await elsewhere(page));
  await page.clock.install();
  await signInStaff(page, "privacy_officer");
  await page.goto(`/support/objections/${number}`);
  const note = page.getByLabel("New note");
  await note.focus();
  await page.clock.fastForward("08:01");
  const soon = page.getByRole("alert").filter({ hasText: "You will soon be signed out" });
  await expect(soon).toBeInViewport({ ratio: 1 });
  await expect(note).toBeInViewport();
  await note.pressSequentially("She");
  await expect(soon).toBeHidden();
  // A word each four minutes is enough.
  for (const word of [" called", " again", "."]) {
    await page.clock.fastForward("04:00");
    const kept = page.waitForResponse("/api/page-state");
    await note.pressSequentially(word);
    await kept;
  }
  await page.clock.fastForward("07:59");
  await expect(soon).toBeHidden();
});
