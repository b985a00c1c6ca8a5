// The browser's Back: a page that it kept shows what holds, or says that it may not. Playwright keeps no pages unless it is told to.
import { filedByMember, elsewhere, officer, purpose, reason } from "./cases.mjs";
import { awake, expect, freshEmail, join, said, send, signInStaff, test, theSwitch, theTab } from "./app.mjs";
import { wholeBrowser } from "./server.mjs";

test.use({ launchOptions: { ...wholeBrowser, ignoreDefaultArgs: ["--disable-back-forward-cache"] } });

// Chromium keeps pages that say `no-store`, as ours do, only until a cookie changes; WebKit (over HTTP) keeps them whatever happens.
// The stories are told for a browser that keeps them.
test.beforeEach(({ page }) =>
  page.route("**/*", async (route) => {
    if (!route.request().isNavigationRequest()) return route.fallback();
    const response = await route.fetch({ maxRedirects: 0 });
    await route.fulfill({ response, headers: { ...response.headers(), "cache-control": "no-cache" } });
  }),
);

const told = (page) => page.locator("#changed-since");

/** Waits until the page has asked what holds, and had its answer; Playwright does not see what a page that was kept asks. */
const asked = (page, path) => {
  const answers = () => page.evaluate((end) => performance.getEntriesByType("resource").filter(({ name, responseEnd }) => name.endsWith(end) && responseEnd).length, `/api/${path}`);
  return expect.poll(answers, `asked for ${path}`).toBe(1);
};

/** Follows a link, lets something happen elsewhere, and goes Back to the page, which the browser has kept. */
async function thereAndBack(page, link, meanwhile) {
  const here = await page.evaluate(() => location.pathname);
  await page.evaluate(() => {
    sessionStorage.removeItem("kept");
    addEventListener("pageshow", (event) => (sessionStorage.kept = event.persisted), { once: true });
  });
  await link.click();
  const path = () => page.evaluate(() => location.pathname).catch(() => undefined);
  await expect.poll(path).not.toBe(here);
  await page.waitForLoadState();
  await meanwhile?.();
  await page.evaluate(() => void setTimeout(() => history.back()));
  await expect.poll(() => page.evaluate(() => sessionStorage.kept).catch(() => undefined), "the browser kept the page").toBe("true");
}

const mark = (page) => page.getByRole("link", { name: "Sayso, home" });

test("after a press elsewhere the tab shows what holds @script", async ({ page }) => {
  await join(page);
  await theTab(page);
  await thereAndBack(page, page.getByRole("link", { name: "Full history" }), () => send(page, "/api/set-ai-training", { wanted: "allowed", seen: "" }));
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
  await expect(said(page)).toContainText("On since");
  await awake(page);
  await theSwitch(page).click();
  await expect(said(page)).toContainText("Off since");
});

test("whoever has signed out sees nothing of the tab any more @script", async ({ page }) => {
  await join(page);
  await theTab(page);
  await thereAndBack(page, page.getByRole("link", { name: "Account", exact: true }), () => send(page, "/api/sign-out", {}));
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  await expect(theSwitch(page)).toHaveCount(0);
});

test("an objection that is half written stays, and says that somebody else is signed in @script", async ({ page }) => {
  await join(page);
  await page.goto("/objection");
  await purpose(page, "Research").check();
  await reason(page).fill("Half a sentence");
  const stays = async () => {
    await expect(purpose(page, "Research")).toBeChecked();
    await expect(reason(page)).toHaveValue("Half a sentence");
  };
  const away = page.getByRole("link", { name: "Objections", exact: true });
  await thereAndBack(page, away);
  await asked(page, "page-state");
  await stays();
  await expect(told(page)).toHaveCount(0);
  await thereAndBack(page, away, () => send(page, "/api/sign-out", {}));
  await expect(told(page)).toContainText("Who is signed in here has changed since then. What you typed is still here.");
  await stays();
  // Said once, however often.
  await thereAndBack(page, away);
  await expect(told(page)).toHaveCount(1);
});

test("a page for anybody knows who was signed in @script", async ({ page }) => {
  await join(page);
  await page.goto("/welcome/again");
  const email = page.getByLabel("E-mail address");
  const typed = freshEmail();
  await email.fill(typed);
  await thereAndBack(page, mark(page));
  await asked(page, "page-state");
  await expect(email).toHaveValue(typed);
  await expect(told(page)).toHaveCount(0);
  await thereAndBack(page, mark(page), () => join(page));
  await expect(told(page)).toContainText("Who is signed in here has changed since then.");
  await expect(email).toHaveValue(typed);
});

test("an officer's answer that is half written stays, and says that the case has changed @script", async ({ page }) => {
  const number = await filedByMember(await elsewhere(page));
  await signInStaff(page, "privacy_officer");
  await send(page, "/api/review-objection", { case: number, revision: await revision(page, number) });
  await page.goto(`/support/objections/${number}`);
  const grounds = page.getByLabel("Grounds, if you refuse Research");
  await grounds.fill("It weighs more.");
  const queue = page.getByRole("link", { name: "Queue", exact: true });
  await thereAndBack(page, queue);
  await asked(page, "case-revision");
  await expect(told(page)).toHaveCount(0);
  await thereAndBack(page, queue, async () => (await officer(page)).extend(number, "The questions are many."));
  await expect(told(page)).toContainText("This case has changed since then. What you typed is still here.");
  await expect(grounds).toHaveValue("It weighs more.");
  // What is sent from there is refused, and kept.
  await page.getByRole("radio", { name: "Uphold" }).check();
  await page.getByRole("button", { name: "Send this answer" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await expect(grounds).toHaveValue("It weighs more.");
});

test("an addition that is half written says that the case was decided @script", async ({ page }) => {
  const number = await filedByMember(page);
  await page.goto(`/objections/${number}`);
  const addition = page.getByLabel("What you want to add");
  await addition.fill("One more thing");
  await thereAndBack(page, mark(page), async () => (await officer(page)).decide(number, { research: "upheld" }));
  await expect(told(page)).toContainText("This case has changed since then. What you typed is still here.");
  await expect(addition).toHaveValue("One more thing");
});

test("where nothing can be found out, a page with something typed says so @script", async ({ page, context }) => {
  await join(page);
  await page.goto("/objection");
  await reason(page).fill("Half a sentence");
  await thereAndBack(page, page.getByRole("link", { name: "Objections", exact: true }), () => context.setOffline(true));
  await expect(told(page)).toContainText("We could not check whether anything has changed since.");
  await expect(reason(page)).toHaveValue("Half a sentence");
});

const revision = async (page, number) =>
  / name="revision" value="(\d+)"/.exec(await (await page.request.get(`/support/objections/${number}`)).text())[1];
