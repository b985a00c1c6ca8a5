// What has to hold on every page: axe, the HTML checker, and nothing beyond the edge of a narrow screen.
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "@playwright/test";

/** The HTML of each page's last document, as the server sent it. */
const served = new WeakMap();

/** Keeps what the server sends for `page` from now on. */
export function keepServed(page) {
  page.on("response", (answer) => {
    const main = answer.request().isNavigationRequest() && answer.frame() === page.mainFrame();
    // A document that was left at once is gone, and is not the last one.
    if (main && !(answer.status() >= 300 && answer.status() < 400)) served.set(page, answer.body().catch(() => undefined));
  });
}

// The checker's grammar knows role="switch" on type="button" only; "ARIA in HTML" allows it on every button, and ours has to
// submit its form without JavaScript. On no other button can this message appear.
const KNOWN = /^Bad value .submit. for attribute .type. on element .button.\.$/;

/** Whether scripts run in this page. */
export const scripted = (page) => page.evaluate(() => matchMedia("(scripting: enabled)").matches);

/** The same for what the server sent, as `bare` shows it, a page without scripts: it says `shows` too. */
export async function servedChecked(page, bare, shows) {
  const html = await served.get(page);
  expect(html, "the document as it was served").toBeDefined();
  expect(await complaints(html)).toEqual([]);
  const answer = { body: html, contentType: "text/html; charset=utf-8" };
  await bare.route("**/*", (route) => (route.request().isNavigationRequest() ? route.fulfill(answer) : route.continue()));
  await bare.goto(page.url());
  await bare.unrouteAll();
  await expect(bare.getByText(shows).first()).toBeVisible();
  expect(await beyondTheEdge(bare)).toEqual([]);
}

/** axe (where scripts run) or the HTML checker (where none do) finds nothing on this page as it stands, in light and in dark. */
export async function checked(page) {
  if (await scripted(page)) {
    for (const [colorScheme, rules] of [["light", []], ["dark", ["color-contrast"]]]) {
      await page.emulateMedia({ colorScheme });
      // Without frames from elsewhere the "legacy" mode finds the same, and opens no second page for it.
      const axe = new AxeBuilder({ page }).setLegacyMode(true);
      const { violations } = await (rules.length ? axe.withRules(rules) : axe).analyze();
      expect(violations.map((v) => `${colorScheme}: ${v.id}: ${v.nodes.map((n) => n.html).join(" | ")}`)).toEqual([]);
    }
    await page.emulateMedia({ colorScheme: null });
  } else {
    const html = await served.get(page);
    expect(html, "the document as it was served").toBeDefined();
    expect(await complaints(html)).toEqual([]);
  }
  expect(await beyondTheEdge(page)).toEqual([]);
}

/** What the Nu HTML checker says against a document. */
async function complaints(html) {
  const headers = { "Content-Type": "text/html; charset=utf-8" };
  const answer = await fetch(`${process.env.SAYSO_E2E_CHECKER}?out=json&level=error`, { method: "POST", headers, body: html });
  const { messages } = await answer.json();
  return messages.filter((m) => !KNOWN.test(m.message)).map((m) => `${m.message} (${m.extract})`);
}

/** What is cut off, or scrolls sideways, at a width of 320 CSS pixels (WCAG 2.2, 1.4.10). */
async function beyondTheEdge(page) {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 800 });
  const found = await page.locator("body").evaluate((body) => {
    const document = body.ownerDocument;
    const right = (thing) => thing.getBoundingClientRect().right - 1;
    const shown = (el) => !el.closest(".unseen, .skip, thead, svg, option, script") && el.checkVisibility();
    const edge = right(document.documentElement) + 1;
    const wide = [...body.querySelectorAll("*")].filter((el) => shown(el) && right(el) > edge).map((el) => el.outerHTML.slice(0, 160));
    // Text runs out of its box without making the box wider, and a box may hide what runs out of it.
    const texts = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const { currentNode: text } = texts;
      const range = document.createRange();
      range.selectNode(text);
      const clips = text.parentElement.closest(".card")?.getBoundingClientRect().right ?? edge;
      if (text.data.trim() && shown(text.parentElement) && right(range) > Math.min(edge, clips)) wide.push(text.data);
    }
    return wide;
  });
  await page.setViewportSize(size);
  return found;
}
