// The tab never shows a state that does not hold: on a page that an extension has changed, and wherever one lives.
import { awake, expect, join, keepItOff, said, send, signIn, test, theSwitch, theTab } from "./app.mjs";

const ZONES = { "Asia/Tokyo": "member150@sayso.example", "America/Los_Angeles": "member152@sayso.example" };

/** Puts every word of the page, or of a part of it, into an element, as a translator does; `also` those that come later. */
const wrapWords = (page, tag, also = false, part = "main") =>
  page.evaluate(([tag, also, part]) => {
    const wrap = () => {
      const texts = document.createTreeWalker(document.querySelector(part), NodeFilter.SHOW_TEXT);
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
  }, [tag, also, part]);

/** That the switch, its word, what holds, what was said and the newest row all say the same. */
async function agrees(page, on) {
  const [word, other] = on ? ["On", "Off"] : ["Off", "On"];
  await expect(theSwitch(page)).toHaveAttribute("aria-checked", String(on));
  await expect(theSwitch(page).locator(".state")).toHaveText(word);
  await expect(page.locator("#ai-now")).toContainText(on ? "On by your choice." : "Off by your choice.");
  await expect(page.locator("#ai-now")).not.toContainText("On by default");
  await expect(said(page)).toContainText(`${word} since`);
  await expect(said(page)).not.toContainText(`${other} since`);
  const receipt = await said(page).locator(".ref").textContent();
  await expect(page.getByRole("row").nth(1)).toContainText(receipt);
  await expect(page.getByRole("row").nth(1)).toContainText(`You turned it ${word.toLowerCase()}`);
  await expect(page.locator(".ends strong")).toHaveText(on ? "on by your choice" : "off by your choice");
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

/** Has a translator wrap the words of each page, or of what is in sight of it, before the client half is there. */
const wrapsFirst = (page, tag, part) =>
  page.route("**/pkg/*_bg.wasm", async (route) => {
    await wrapWords(page, tag, false, part);
    await route.continue();
  });

// Waking fails at the first text that is not there. Where that comes after the switch, the switch was awake already.
for (const [tag, part] of [["font", "main"], ["mark", "main"], ["font", ".facts"], ["font", "figure"], ["font", ".rows"]]) {
  test(`translated before it woke, the page works as it does without scripts: ${tag} in ${part} @script`, async ({ page }) => {
    await join(page);
    await wrapsFirst(page, tag, part);
    for (const on of [true, false]) {
      await theTab(page);
      const sent = page.waitForRequest("**/api/set-ai-training*");
      await theSwitch(page).click();
      expect((await sent).isNavigationRequest(), "the browser sends the form").toBe(true);
      await agrees(page, on);
      await expect(page.locator(`${part} ${tag}`).first()).toBeVisible();
    }
    await theTab(page);
    await theSwitch(page).click();
    await agrees(page, true);
    await expect(page.getByRole("switch")).toHaveCount(1);
  });
}

test("translated before it woke, it is kept off by its button, too @script", async ({ page }) => {
  await join(page);
  await wrapsFirst(page, "font");
  await theTab(page);
  await keepItOff(page).click();
  await expect(said(page)).toContainText("Off since");
  await expect(keepItOff(page)).toHaveCount(0);
  await awake(page);
});

/** Puts a copy in the place of a part of the page, as extensions do: the client half knows the original only. */
const putCopy = (page, part) => page.locator(part).first().evaluate((part) => part.replaceWith(part.cloneNode(true)));

for (const part of ["#ai-now", "figure", "tbody", ".facts"]) {
  test(`a copy of what is made anew with each answer does no harm: ${part} @script`, async ({ page }) => {
    await join(page);
    await theTab(page);
    await page.evaluate(() => (document.documentElement.dataset.mark = "same"));
    for (const on of [true, false]) {
      await putCopy(page, part);
      await theSwitch(page).click();
      await agrees(page, on);
    }
    await expect(page.locator("html")).toHaveAttribute("data-mark", "same");
  });
}

// A part of the card that something else has put in its place is out of the client half's reach.
for (const part of ["#ai-said", "#ai-switch .state", "section:has(> .facts)", "section:has(> figure)"]) {
  test(`a card of which an extension holds on to a part is loaded anew and says it again: ${part} @script`, async ({ page }) => {
    await join(page);
    await send(page, "/api/set-ai-training", { wanted: "allowed", seen: "" });
    await theTab(page);
    for (const on of [false, true]) {
      await putCopy(page, part);
      const again = page.waitForEvent("load");
      await theSwitch(page).click();
      await again;
      await awake(page);
      await agrees(page, on);
      await expect(said(page)).toBeFocused();
    }
  });
}

for (const part of ["leptos-island", "#ai-switch", "form:has(#ai-switch)"]) {
  test(`a copy of what is pressed works as it does without scripts: ${part} @script`, async ({ page }) => {
    await join(page);
    for (const on of [true, false]) {
      await theTab(page);
      await putCopy(page, part);
      await theSwitch(page).click();
      await agrees(page, on);
    }
  });
}

test("a press that changes nothing because of another window says so again, too @script", async ({ page }) => {
  await join(page);
  await theTab(page);
  await send(page, "/api/set-ai-training", { wanted: "denied", seen: "" });
  await putCopy(page, "#ai-said");
  const again = page.waitForEvent("load");
  await theSwitch(page).click();
  await again;
  const stale = said(page).getByText("This changed after you loaded the page, so we left it as it is.");
  await expect(stale).toBeVisible();
  await awake(page);
  await theSwitch(page).click();
  await agrees(page, true);
  await expect(stale).toHaveCount(0);
});

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

  test("the local time stays right where a time is used again, copied, or tampered with @script", async ({ browser }) => {
    const page = await (await browser.newContext({ timezoneId: "Asia/Tokyo", locale: "en-GB" })).newPage();
    await signIn(page, "member156@sayso.example");
    await awake(page);
    const time = page.locator(".rows time").first();
    await expect(time).toHaveAttribute("data-local", /your time$/);
    // Used again for another time.
    await time.evaluate((time) => (time.dateTime = "2026-01-02T03:04:05Z"));
    await expect(time).toHaveAttribute("data-local", "2 Jan 2026, 12:04 your time");
    // Used again, and its words replaced by a translator.
    await time.evaluate((time) => {
      time.innerHTML = "<font>4. Mai</font>";
      time.dateTime = "2026-05-04T20:00:00Z";
    });
    await expect(time).toHaveAttribute("data-local", "5 May 2026, 05:00 your time");
    // A copy of it, for yet another time; and back to the first.
    await time.evaluate((time) => {
      const copy = time.cloneNode(true);
      copy.dateTime = "2026-01-02T03:04:05Z";
      time.after(copy);
    });
    await expect(page.locator(".rows time").nth(1)).toHaveAttribute("data-local", "2 Jan 2026, 12:04 your time");
    await time.evaluate((time) => delete time.dataset.local);
    await expect(time).toHaveAttribute("data-local", "5 May 2026, 05:00 your time");
    await time.evaluate((time) => (time.dataset.local = "another time"));
    await expect(time).toHaveAttribute("data-local", "5 May 2026, 05:00 your time");
    await time.evaluate((time) => (time.dateTime = "no time"));
    await expect(time).not.toHaveAttribute("data-local", /./);
  });

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
  await expect(page.locator(".ends strong")).toHaveText("off by your choice");
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
  expect(after.indexOf("You were shown notice")).toBeGreaterThan(after.indexOf("You chose to keep it off"));
});
