// What a person reads of a use once an objection has ended: whether it begins again, and what keeps it off all the same.
import { file, filedByMember, mailTo, officer } from "./cases.mjs";
import { expect, freshEmail, join, send, signInStaff, test } from "./app.mjs";

const PAUSES = "Another objection still pauses this, so we still do not use your data for it.";
const OPEN = "You objected to some of this before, and that is still open: ";
const said = (page, text) => expect(page.getByText(text).first()).toBeVisible();
const flat = ({ text }) => text.replace(/\s+/g, " ");

test("refused while another objection pauses it, no page and no e-mail promises the use", async ({ page }) => {
  const email = await join(page, "IE");
  const one = await file(page, { purposes: ["research"], text: "One." });
  const two = await file(page, { purposes: ["research"], text: "Two." });
  await (await officer(page)).decide(one, { research: "refused" }, "It weighs more.");
  const letter = flat(await mailTo(email, new RegExp(`Our answer to your objection ${one}`)));
  expect(letter).toContain(PAUSES);
  expect(letter).not.toContain("The pause ends today");
  await page.goto(`/objections/${one}`);
  await said(page, PAUSES);
  await expect(page.getByText("From today we use your data")).toHaveCount(0);

  // The second one is withdrawn, and now the use begins again.
  await page.goto(`/objections/${two}`);
  await page.getByRole("link", { name: "Withdraw it" }).click();
  await page.getByRole("button", { name: "Withdraw objection" }).click();
  await said(page, /From \d+ \w+ 20\d\d we use your data for this again: Research\./);
  expect(flat(await mailTo(email, new RegExp(`You withdrew objection ${two}`)))).toContain(
    "From today we use your data for this again: Research.",
  );
  // What the first answer said stays as it was sent.
  await page.goto(`/objections/${one}`);
  await said(page, PAUSES);
});

test("officers read the same before they send it", async ({ page }) => {
  const one = await filedByMember(page, { purposes: ["research"], text: "One." });
  await file(page, { purposes: ["research"], text: "Two." });
  await page.context().clearCookies();
  await signInStaff(page, "privacy_officer");
  await page.goto(`/support/objections/${one}`);
  await page.getByRole("button", { name: "Start the review" }).click();
  await page.getByRole("radio", { name: "Refuse" }).check();
  await page.getByLabel("Grounds, if you refuse").fill("It weighs more.");
  await page.getByRole("button", { name: "Show what they will read" }).click();
  await expect(page.locator(".letter")).toContainText(PAUSES);
  await expect(page.locator(".letter")).not.toContainText("The pause ends today");
});

test("a newer objection names the earlier one that is still open", async ({ page }) => {
  await join(page, "IE");
  const one = await file(page, { purposes: ["research"], text: "One." });
  const two = await file(page, { purposes: ["research"], text: "Corrected." });
  await page.goto(`/objections/${two}`);
  await said(page, `${OPEN}${one}.`);
  await page.getByRole("link", { name: `Open ${one}`, exact: true }).click();
  await expect(page).toHaveURL(`/objections/${one}`);
  await expect(page.getByText(OPEN)).toHaveCount(0);
  await send(page, "/api/withdraw-objection", { case: one });
  await page.goto(`/objections/${two}`);
  await expect(page.getByText(OPEN)).toHaveCount(0);
});

test("without an account the page for the code names what this browser filed before", async ({ page }) => {
  const email = freshEmail();
  const fill = async (reason) => {
    await page.goto("/objection");
    await page.getByLabel("Name").fill("Ben Nobody");
    await page.getByLabel("E-mail address").fill(email);
    await page.getByLabel("Country").selectOption("IE");
    await page.getByLabel("Personalisation", { exact: true }).check();
    await page.getByLabel("Your reason").fill(reason);
    await page.getByRole("button", { name: "File this objection" }).click();
    await expect(page.getByRole("heading", { level: 1, name: "Enter your code" })).toBeVisible();
    return new URL(page.url()).searchParams.get("case");
  };
  const one = await fill("One.");
  await expect(page.getByText("that still waits for its code")).toHaveCount(0);
  await fill("Corrected.");
  await said(page, `You filed this before, and that still waits for its code: ${one}.`);
});
