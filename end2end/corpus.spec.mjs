// Nothing that a member types acts in the browser of the staff. What is tried in every field, on every page and in every file stands in
// tests/http/corpus.rs; here a browser reads it, with and without JavaScript.
import { file } from "./cases.mjs";
import { address, awake, checked, expect, freshEmail, PASSWORD, REGION, send, signInStaff, signUpBeside, test } from "./app.mjs";

const PWN = "window.pwned=1;alert(1);fetch('//evil.example/')";
/** Names, of at most a hundred characters. */
const NAMES = [
  `<script>${PWN}</script>`,
  "\"><svg onload=alert(window.pwned=1)><a xlink:href=javascript:alert(1)>",
  "' autofocus onfocus=alert(window.pwned=1) x='",
  "</textarea></title></main><iframe srcdoc='<script>parent.pwned=1</script>'>",
  "עדא \u200F<b>Ada</b>\u200E לאבלייס",
  "W".repeat(96),
];
/** Longer texts have all of it. */
const TEXT = [
  ...NAMES,
  "<img src=//evil.example/x onerror=alert(window.pwned=1)>",
  "javascript:alert(window.pwned=1)//<base href=//evil.example>",
  "<leptos-island data-component=\"AiChoice\" data-props='{\"x\":1}'>",
  "{{constructor.constructor('alert(1)')()}}${alert(1)}&lt;b onclick=alert(1)&gt;",
  "<meta http-equiv=refresh content='0;url=//evil.example'>",
].join("\n");

/** Watches a page for whatever could be an act: a dialog, a request to elsewhere, an error, another page. */
function watched(page) {
  const seen = [];
  const own = new URL(page.url()).origin;
  page.on("dialog", (dialog) => {
    // An officer's page asks by itself before it is left with an answer half written.
    if (dialog.type() === "beforeunload") return dialog.accept();
    seen.push(`a dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("popup", () => seen.push("another window"));
  page.on("pageerror", (error) => seen.push(`an error: ${error}`));
  page.on("console", (message) => message.type() === "error" && seen.push(`the console: ${message.text()}`));
  page.on("request", (request) => new URL(request.url()).origin === own || seen.push(`a request to ${request.url()}`));
  page.on("framenavigated", (frame) => new URL(frame.url()).origin === own || seen.push(`at ${frame.url()}`));
  return seen;
}

/** A member with this name whose objection has everything in it; returns its number and their address. */
async function objector(playwright, baseURL, name) {
  const request = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { "X-Forwarded-For": address() } });
  const email = freshEmail();
  await signUpBeside({ request }, { name, email, country: REGION.optOut, password: PASSWORD });
  const number = await file({ request }, { text: TEXT });
  const form = { case: number, text: TEXT };
  expect((await send({ request }, "/api/add-to-objection", form)).status()).toBe(200);
  await request.dispose();
  return { number, email };
}

for (const [i, name] of NAMES.entries()) {
  test(`nothing acts that is typed into the fields of a case and of a member, number ${i + 1}`, async ({ page, playwright, baseURL }) => {
    const { number, email } = await objector(playwright, baseURL, name);
    await signInStaff(page, "privacy_officer");
    await page.goto("/support/objections");
    const seen = watched(page);
    const nothing = async () => {
      await awake(page);
      expect(await page.evaluate(() => window.pwned)).toBeUndefined();
      expect(seen).toEqual([]);
    };
    await page.reload();
    await nothing();

    await page.goto(`/support/objections/${number}`);
    await expect(page.getByText(name).first()).toBeVisible();
    await nothing();
    await checked(page);
    await page.getByLabel("New note").fill(TEXT);
    await page.getByRole("button", { name: "Add note" }).click();
    await expect(page.getByRole("region", { name: "Notes", exact: true })).toContainText(NAMES[0]);
    await nothing();
    await page.getByRole("button", { name: "Start the review" }).click();
    await page.getByLabel("The question they will read").fill(TEXT.slice(0, 900));
    await page.getByRole("button", { name: "Send this question" }).click();
    await expect(page.getByText("The person has not replied yet.")).toBeVisible();
    await nothing();
    await page.getByLabel("Refuse", { exact: true }).check();
    await page.getByLabel("Grounds, if you refuse Research").fill(TEXT);
    await page.getByRole("button", { name: "Show what they will read" }).click();
    await expect(page.locator(".letter")).toContainText(NAMES[0].slice(0, 20));
    await nothing();

    await page.goto(`/support?q=${encodeURIComponent(email)}`);
    await page.getByRole("link", { name }).click();
    await nothing();
    await page.getByLabel("The member asked for help").check();
    await page.getByLabel("Note").fill(TEXT.slice(0, 250));
    await page.getByRole("button", { name: "View settings", exact: true }).click();
    await expect(page.getByRole("heading", { name }).first()).toBeVisible();
    await nothing();
    await checked(page);
    await page.goto(`/support?q=${encodeURIComponent(name)}`);
    await nothing();
  });
}
