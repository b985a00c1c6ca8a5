import { execFileSync } from "node:child_process";
import { join as path } from "node:path";
import { file } from "./cases.mjs";
import { checked, expect, join, signInStaff, signUp, test, theSwitch, theTab } from "./app.mjs";

const looked = (page) => page.getByRole("article", { name: "Who looked" });
const says = (page, text) => expect(page.getByText(text).first()).toBeVisible();

/** A browser of support's, beside the member's. */
async function desk(browser, javaScriptEnabled) {
  const page = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signInStaff(page, "support");
  await page.goto("/support");
  return page;
}

/** Finds the member and opens their page, which asks for the reason. */
async function find(page, email) {
  await page.goto("/support");
  await page.getByLabel("Name, e-mail address, number or ID").fill(email);
  await page.getByRole("button", { name: "Search" }).click();
  await page.getByRole("row").getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("View a member's settings");
}

async function look(page) {
  await page.getByLabel("The member asked for help").check();
  await page.getByLabel("Note").fill("Called about the switch.");
  await page.getByRole("button", { name: "View settings", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("What a member sees");
}

/** As if the looks at this member had begun half an hour earlier. Nobody can change one, so the trigger that refuses it is away meanwhile. */
function halfAnHourLater(id) {
  moved(id, "open_until = open_until - 1800000", "and open_until > at");
}

/** Puts back what that has changed: whoever verifies the record finds it. */
function asItWas(id) {
  moved(id, "open_until = open_until + 1800000", "and open_until <= at");
}

function moved(id, set, where) {
  const program = `import sqlite3, sys
base = sqlite3.connect(sys.argv[1], timeout=20, isolation_level=None)
base.execute("begin immediate")
(guard,) = base.execute("select sql from sqlite_master where name = 'looks_refuse_update'").fetchone()
base.execute("drop trigger looks_refuse_update")
base.execute("update looks set ${set} where member_id = ? ${where}", (sys.argv[2],))
base.execute(guard)
base.execute("commit")`;
  execFileSync("python3", ["-c", program, path(process.env.SAYSO_E2E_DATA, "sayso.db"), id], { timeout: 60_000 });
}

const idOf = (page) => /members\/([0-9a-f-]{36})/.exec(page.url())[1];

test("support looks, the member sees it, and reads why", async ({ page, browser, javaScriptEnabled }) => {
  const email = await signUp(page);
  await theTab(page);
  await theSwitch(page).click();
  await expect(page.getByText("On by your choice.")).toBeVisible();
  await expect(looked(page)).toContainText("Nobody has viewed these settings.");

  const support = await desk(browser, javaScriptEnabled);
  await find(support, email);
  await look(support);
  await says(support, "On by their choice.");
  await says(support, "The member sees a switch that is on.");
  // What the member reads is a quotation; the rest speaks of the member.
  await expect(support.getByRole("blockquote").filter({ hasText: "may use your profile" })).toHaveCount(1);
  await expect(support.getByRole("switch")).toHaveCount(0);
  await expect(support.getByText(email)).toHaveCount(0);
  await support.getByRole("button", { name: "Show the full address" }).click();
  await says(support, email);
  await support.getByRole("link", { name: "Full history" }).click();
  await expect(support.getByRole("row", { name: /Support viewed these settings: the member asked us for help/ })).toHaveCount(1);
  await support.getByRole("row", { name: "The member turned it on" }).getByRole("link").click();
  await says(support, "The stored entry");
  await expect(support).toHaveURL(/\/support\/members\/.*\/entries\//);

  await page.reload();
  await expect(looked(page)).toContainText(/Support viewed these settings on .* UTC.*\. Reason: you asked us for help\./);
  await expect(looked(page)).toContainText("Support saw your full e-mail address");
  await expect(looked(page)).not.toContainText("Sam Staff");
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
  await looked(page).getByRole("link").first().click();
  await says(page, "The stored entry");
});

test("after half an hour the reason is asked for again", async ({ page, browser, javaScriptEnabled }) => {
  const email = await join(page);
  const support = await desk(browser, javaScriptEnabled);
  await find(support, email);
  await look(support);
  halfAnHourLater(idOf(support));
  await support.getByRole("button", { name: "Show the full address" }).click();
  await says(support, "Your 30 minutes are over. Please give your reason again.");
  await expect(support.getByText(email)).toHaveCount(0);
  await look(support);
  halfAnHourLater(idOf(support));
  await support.getByRole("link", { name: "Full history" }).click();
  await expect(support.getByRole("heading", { level: 1 })).toHaveText("View a member's settings");
  await support.getByLabel("Something is not working").check();
  await support.getByLabel("Note").fill("Once more.");
  await support.getByRole("button", { name: "View settings", exact: true }).click();
  await expect(support).toHaveURL(/\/history$/);
  await expect(support.getByRole("row", { name: /Support viewed/ })).toHaveCount(3);
  asItWas(idOf(support));
});

test("what is wrong with a reason stands at its field, and what was typed is still there", async ({ page, browser, javaScriptEnabled }) => {
  const email = await join(page);
  const support = await desk(browser, javaScriptEnabled);
  await find(support, email);
  await support.getByLabel("Case number").fill("OBJ-00000000");
  await support.getByLabel("Note").fill("Typed already.");
  await support.getByRole("button", { name: "View settings", exact: true }).click();
  await expect(support.getByLabel("Case number")).toHaveAccessibleDescription(/This member has no case with this number\./);
  await expect(support.getByLabel("Note")).toHaveValue("Typed already.");
  const number = await file(page);
  await support.getByLabel("Case number").fill(number);
  await support.getByRole("button", { name: "View settings", exact: true }).click();
  await says(support, new RegExp(`^Support viewed these settings on .* UTC\\. Reason: your objection ${number}\\.$`));
});

test("another time shows what held then, and nothing of today", async ({ browser, javaScriptEnabled }) => {
  const support = await desk(browser, javaScriptEnabled);
  await find(support, "optedout@sayso.example");
  await look(support);
  await says(support, "Off by their choice.");
  await support.getByLabel("Another time (UTC)").fill("2025-07-01T12:00");
  await support.getByRole("button", { name: "Show that time" }).click();
  await expect(support.getByRole("heading", { level: 1 })).toHaveText("A member's settings on 1 July 2025, 12:00 UTC");
  await says(support, "On by their choice.");
  await expect(support.getByRole("main").getByRole("button")).toHaveCount(0);
  await expect(support.getByRole("main")).not.toContainText(/\bnow\b/i);
  await expect(support.locator(".ends")).toContainText("1 July 2025, 12:00 UTC");
  await expect(looked(support)).toContainText("Nobody had viewed the member's settings by then.");
  await support.getByRole("link", { name: "Full history" }).click();
  await says(support, "On 1 July 2025, 12:00 UTC.");
  await expect(support.getByRole("row", { name: "The member turned it on" })).toHaveCount(1);
  await expect(support.getByRole("row", { name: "The member turned it off" })).toHaveCount(1);
  await support.getByRole("link", { name: "Back to that time" }).click();
  await support.getByRole("link", { name: "Back to the present" }).click();
  await says(support, "Off by their choice.");
});

test("members are found page by page, their addresses masked", async ({ browser, javaScriptEnabled }) => {
  const support = await desk(browser, javaScriptEnabled);
  await support.getByLabel("Name, e-mail address, number or ID").fill("GARCIA");
  await support.getByRole("button", { name: "Search" }).click();
  await expect(support.getByRole("heading", { level: 2 })).toContainText("20 members");
  await expect(support.getByRole("row", { name: /Chloé García.*m…@s…o\.example/ }).first()).toBeVisible();
  await support.getByLabel("Name, e-mail address, number or ID").fill("member00");
  await support.getByRole("button", { name: "Search" }).click();
  await expect(support.getByRole("heading", { level: 2 })).toHaveText("9 members");
  await support.getByLabel("Name, e-mail address, number or ID").fill("a");
  await support.getByRole("button", { name: "Search" }).click();
  const shown = () => support.getByRole("table").getByRole("link").evaluateAll((links) => links.map((link) => link.href));
  const first = await shown();
  await support.getByRole("link", { name: "Next 20" }).click();
  await expect(support).toHaveURL(/after=/);
  const second = await shown();
  expect(second.length).toBeGreaterThan(0);
  expect(second.filter((link) => first.includes(link))).toEqual([]);
});

test("a case number, the middle of a name and a typing error lead to the member", async ({ page, browser, javaScriptEnabled }) => {
  await join(page);
  const number = await file(page);
  const support = await desk(browser, javaScriptEnabled);
  const box = support.getByLabel("Name, e-mail address, number or ID");
  const search = async (typed) => {
    await box.fill(typed);
    await support.getByRole("button", { name: "Search" }).click();
  };
  await search(number.replace("OBJ-", "").toLowerCase());
  await expect(support.getByRole("heading", { level: 2 })).toHaveText("One member");
  await search(`${number.slice(0, -1)}${number.endsWith("7") ? "8" : "7"}`);
  await expect(support.getByRole("heading", { level: 2 })).toHaveText("No members match.");
  await says(support, "If somebody objected without an account, the privacy officers can look for that objection.");
  await support.getByRole("link", { name: number }).click();
  await expect(support.getByRole("heading", { level: 2 })).toHaveText("One member");
  // What was read out once is not typed again.
  await support.getByRole("cell").getByRole("link").click();
  await expect(support.getByLabel("Case number")).toHaveValue(number);
  await support.goBack();
  await search("garcai");
  await says(support, "Close names:");
  await support.getByRole("link", { name: "garcia", exact: true }).click();
  await expect(support.getByRole("row", { name: /García/ }).first()).toBeVisible();
});

test("an auditor, a member and nobody find no members", async ({ page, browser, javaScriptEnabled }) => {
  await page.goto("/support");
  await expect(page).toHaveURL("/sign-in?next=/support");
  await join(page);
  expect((await page.goto("/support")).status()).toBe(404);
  await expect(page.getByRole("link", { name: "Members", exact: true })).toHaveCount(0);
  const auditor = await (await browser.newContext({ javaScriptEnabled })).newPage();
  await signInStaff(auditor, "auditor");
  expect((await auditor.goto("/support")).status()).toBe(404);
});

// With JavaScript axe looks, without it the HTML checker.
const STATES = {
  search: async (page) => page.goto("/support"),
  "search with results": async (page) => page.goto("/support?q=ab"),
  "search that finds nobody": async (page) => page.goto("/support?q=qqqq"),
  "search that finds close names": async (page) => page.goto("/support?q=garcai"),
  "search too long": async (page) => page.goto(`/support?q=${"x".repeat(101)}`),
  "reason asked for": async (page, email) => find(page, email),
  "reason refused": async (page, email) => {
    await find(page, email);
    await page.getByRole("button", { name: "View settings", exact: true }).click();
    await says(page, "Please enter a case number above, or choose a reason.");
  },
  "member looked at": async (page, email) => { await find(page, email); await look(page); },
  "address shown": async (page, email) => {
    await find(page, email);
    await look(page);
    await page.getByRole("button", { name: "Show the full address" }).click();
    await says(page, "You can now see the full address, and we have recorded that.");
  },
  "another day": async (page, email) => {
    await find(page, email);
    await look(page);
    await page.goto(`${page.url()}?at=2025-01-01T12:00`);
    await says(page, "This account did not exist on 1 January 2025, 12:00 UTC");
  },
  "a day to come": async (page, email) => {
    await find(page, email);
    await look(page);
    await page.goto(`${page.url()}?at=2999-01-01T12:00`);
    await says(page, "This time has not come yet");
  },
  "no time at all": async (page, email) => {
    await find(page, email);
    await look(page);
    await page.goto(`${page.url()}?at=yesterday`);
    await says(page, "Please enter a date and a time in UTC");
  },
  "a past time": async (page) => {
    await find(page, "optedout@sayso.example");
    await look(page);
    await page.goto(`${page.url()}?at=2025-07-01T12:00`);
    await says(page, "On 1 July 2025, 12:00 UTC");
  },
  "history at a past time": async (page) => {
    await find(page, "optedout@sayso.example");
    await look(page);
    await page.goto(`${page.url()}/history?at=2025-07-01T12:00`);
    await says(page, "Back to that time");
  },
  "entry looked at": async (page, email) => {
    await find(page, email);
    await look(page);
    await page.getByRole("link", { name: "Full history" }).click();
    await page.getByRole("row", { name: "Support viewed these settings" }).getByRole("link").click();
    await says(page, "The stored entry");
  },
  "history looked at": async (page, email) => {
    await find(page, email);
    await look(page);
    await page.getByRole("link", { name: "Full history" }).click();
    await says(page, "Support viewed these settings");
  },
};

for (const [name, arrange] of Object.entries(STATES)) {
  test(`nothing is wrong with: ${name}`, async ({ page }) => {
    const email = await join(page);
    await file(page);
    await page.context().clearCookies();
    await signInStaff(page, "support");
    await arrange(page, email);
    await checked(page);
  });
}

test("nothing is wrong with: the tab of a member who was looked at", async ({ page, browser, javaScriptEnabled }) => {
  const email = await join(page);
  const support = await desk(browser, javaScriptEnabled);
  await find(support, email);
  await look(support);
  await page.goto("/settings/privacy");
  await expect(looked(page)).toContainText("Support viewed these settings");
  await checked(page);
});
