// The pages of an auditor, in every state.
import { expect } from "@playwright/test";
import { address, join, signInStaff } from "./app.mjs";

/** What support writes as its reason: an auditor reads it without whom it names. */
const WHY = "Ada Lovelace called from +353 1 496 0000, the switch would not move.";

/** A second browser beside the page's own. */
async function beside(page) {
  const baseURL = new URL((await page.request.get("/healthz")).url()).origin;
  const context = await page.context().browser().newContext({ baseURL, extraHTTPHeaders: { "X-Forwarded-For": address() } });
  return context.newPage();
}

/** A fresh member whom support looks at, and whose whole address it has shown. */
async function lookedAt(page) {
  const [theirs, desk] = [await beside(page), await beside(page)];
  const email = await join(theirs);
  await signInStaff(desk, "support");
  await desk.goto(`/support?q=${encodeURIComponent(email)}`);
  await desk.getByRole("link", { name: "Ada Lovelace" }).click();
  await desk.getByLabel("The member asked for help").check();
  await desk.getByLabel("Note").fill(WHY);
  await desk.getByRole("button", { name: "View settings", exact: true }).click();
  await desk.getByRole("button", { name: "Show the full address" }).click();
  await expect(desk.getByText(email)).toBeVisible();
  for (const other of [theirs, desk]) await other.context().close();
}

async function at(page, path) {
  await signInStaff(page, "auditor");
  await page.goto(path ?? "/audit");
}

/** The ledger of whom the newest look was at. */
async function theirLedger(page) {
  await lookedAt(page);
  await at(page);
  await page.getByRole("row").nth(1).getByRole("link").first().click();
}

async function newestEntry(page) {
  await theirLedger(page);
  await page.getByRole("row").nth(1).getByRole("link").last().click();
}

export const AUDIT_STATES = {
  "access log": { arrange: async (page) => { await lookedAt(page); await at(page); }, shows: "[name] [name] called from [number]" },
  "access log of nothing": { arrange: (page) => at(page, "/audit?from=2024-01-01&to=2024-01-31&role=support"), shows: "No matching views" },
  "access log refused": { arrange: (page) => at(page, "/audit?from=yesterday&subject=ada%40example.org"), shows: "Please enter a date" },
  "ledger of everybody": { arrange: (page) => at(page, "/audit/ledger"), shows: "entries, more on the next page" },
  "ledger of one": { arrange: theirLedger, shows: "Support views of this member" },
  "ledger of nothing": { arrange: (page) => at(page, "/audit/ledger?kind=decision&to=2024-01-31"), shows: "No matching entries" },
  "ledger refused": { arrange: (page) => at(page, "/audit/ledger?kind=rumour&to=never"), shows: "Please choose from the list" },
  "ledger entry": { arrange: newestEntry, shows: "The access log has this view" },
  "ledger entry with its chain": {
    arrange: async (page) => { await newestEntry(page); await page.getByRole("link", { name: "Check the whole chain" }).click(); },
    shows: "each linked to the one before",
  },
  "staff actions": { arrange: async (page) => { await lookedAt(page); await at(page, "/audit/staff?kind=support-view"); }, shows: "Saw the full e-mail address" },
  "staff actions of nothing": { arrange: (page) => at(page, "/audit/staff?kind=import&to=2024-01-31"), shows: "No matching actions" },
  "staff actions refused": { arrange: (page) => at(page, "/audit/staff?person=nobody&case=7"), shows: "This is not a case number" },
  "verification of nothing yet": { arrange: (page) => at(page, "/audit/verification"), shows: "Verify the whole record" },
  verification: {
    arrange: async (page) => {
      await at(page, "/audit/verification");
      const begin = page.getByRole("button", { name: "Verify the whole record" });
      if (await begin.isVisible()) await begin.click();
      await expect(async () => { await page.goto("/audit/verification"); await expect(begin).toBeVisible({ timeout: 500 }); }).toPass();
    },
    shows: "hold, each linked to the one before",
  },
  downloads: {
    arrange: async (page) => {
      await at(page);
      for (const file of ["log.csv?role=support", "ledger.ndjson?kind=view&from=2026-01-01"]) await page.request.get(`/audit/${file}`);
      await page.goto("/audit/downloads");
    },
    shows: "role support",
  },
};
