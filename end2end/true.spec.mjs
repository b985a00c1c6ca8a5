// The tab never shows a state that does not hold: on a page that an extension has changed, and wherever one lives.
import { awake, expect, join, said, signIn, test, theSwitch, theTab } from "./house.mjs";

const ZONES = { "Asia/Tokyo": "member150@sayso.example", "America/Los_Angeles": "member152@sayso.example" };

/** Puts every word of the page into an element, as a translator does; `also` those that come later. */
const wrapWords = (page, tag, also = false) =>
  page.evaluate(([tag, also]) => {
    const wrap = () => {
      const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
      const found = [];
      while (texts.nextNode()) if (texts.currentNode.data.trim() && !texts.currentNode.parentElement.dataset.wrapped) found.push(texts.currentNode);
      for (const text of found) {
        const element = document.createElement(tag);
        element.dataset.wrapped = "yes";
        element.textContent = text.data;
        text.replaceWith(element);
      }
    };
    wrap();
    if (also) new MutationObserver(wrap).observe(document.querySelector("main"), { childList: true, subtree: true });
  }, [tag, also]);

/** That the switch, its word, what holds, what was said and the newest row all say the same. */
async function agrees(page, on) {
  const [word, other] = on ? ["On", "Off"] : ["Off", "On"];
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", String(on));
  await expect(theSwitch(page).locator(".state")).toHaveText(word);
  await expect(page.locator("#ai-now")).toContainText(on ? "you turned it on" : "you said so");
  await expect(page.locator("#ai-now")).not.toContainText("On by default");
  await expect(said(page)).toContainText(`${word} since`);
  await expect(said(page)).not.toContainText(`${other} since`);
  const receipt = await said(page).locator("code").textContent();
  await expect(page.getByRole("row").nth(1)).toContainText(receipt);
  await expect(page.getByRole("row").nth(1)).toContainText(`${other} → ${word}`);
  await expect(page.locator(".ends strong")).toHaveText(on ? "on: you turned it on" : "off: you turned it off");
}

for (const [what, tag, also] of [["translator", "font", false], ["extension that goes on wrapping words", "mark", true]]) {
  test(`after a ${what}, what is shown is what holds @script`, async ({ page }) => {
    await join(page);
    await theTab(page);
    await wrapWords(page, tag, also);
    for (const on of [true, false, true, false]) {
      await theSwitch(page).click();
      await agrees(page, on);
      await wrapWords(page, tag);
    }
  });
}

test.describe("overseas", () => {
  for (const [timezoneId, email] of Object.entries(ZONES)) {
    test(`the local time beside a time is that time: ${timezoneId} @script`, async ({ browser }) => {
      const page = await (await browser.newContext({ timezoneId, locale: "en-GB" })).newPage();
      await signIn(page, email);
      await awake(page);
      for (let press = 0; press < 5; press++) {
        const before = await theSwitch(page).getAttribute("aria-checked");
        await theSwitch(page).click();
        await expect(theSwitch(page)).not.toHaveAttribute("aria-checked", before);
        const times = page.locator("time[datetime]");
        expect(await times.count()).toBeGreaterThan(2);
        for (const time of await times.all()) {
          const at = new Date(await time.getAttribute("datetime"));
          const local = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: timezoneId }).format(at);
          await expect(time).toHaveAttribute("data-local", `${local} your time`);
        }
      }
    });
  }

  test("where it is the same as UTC, no other time stands beside it @script", async ({ browser }) => {
    const page = await (await browser.newContext({ timezoneId: "UTC" })).newPage();
    await join(page);
    await theTab(page);
    await theSwitch(page).click();
    await expect(said(page)).toContainText("On since");
    await expect(page.locator("time[data-local]")).toHaveCount(0);
  });
});

test("the switch is named by what is printed beside it, and pressing those words presses it", async ({ page }) => {
  await join(page);
  await theTab(page);
  await page.getByText("Use my data to train generative AI models", { exact: true }).click();
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", "true");
});

test("right after turning it off, the picture ends in off @script", async ({ page }) => {
  await signIn(page, "member154@sayso.example");
  await awake(page);
  await theSwitch(page).click();
  await expect(page.locator(".ends strong")).toHaveText("off: you turned it off");
  const { width } = await page.locator(".timeline rect").last().boundingBox();
  expect(width).toBeGreaterThan(40);
});

test("a visit that another site brought about delivers no notice, and a press on it does so first", async ({ page, context }) => {
  await join(page);
  const elsewhere = { headers: { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "document", Accept: "text/html" } };
  const html = await (await context.request.get("/settings/privacy", elsewhere)).text();
  expect(html).toContain("New: please read this");
  const history = async () => (await context.request.get("/settings/privacy/history")).text();
  expect(await history()).not.toContain("You were shown notice");
  const shown = /data-shown="([^"]+)"/.exec(html)[1];
  await context.request.post("/api/set-ai-training", { form: { wanted: "denied", seen: "", shown } });
  const after = await history();
  expect(after.indexOf("You were shown notice")).toBeGreaterThan(after.indexOf("Stays off"));
});
