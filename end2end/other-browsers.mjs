// The stories of the switch, the objection form and the sign-in in Firefox and in WebKit, each on a fresh demonstration database.
// A browser that does not start, or a story that fails, fails the run. Usage: node end2end/other-browsers.mjs [BROWSER [PART OF A STORY'S NAME]]
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { simpleParser } from "mailparser";
import { codeOf } from "./authenticator.mjs";
import { BROWSERS, open } from "./drivers.mjs";
import { serve } from "./server.mjs";

const PASSWORD = "correct-horse-battery";
/** The demonstration's, as the README has it. */
const SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const ZONES = ["Asia/Tokyo", "America/Los_Angeles"];
const SWITCH = "button[role=switch]";

/** What stories do with a window on one server. */
class Site {
  constructor(window, server) {
    Object.assign(this, { window, server });
  }
  /** Opens a page, and waits until it is there. */
  async at(path) {
    await this.window.goto(this.server.url + path);
    await this.arrives(path.split("?")[0]);
  }
  arrives = (path) => this.window.until(`at ${path}`, (path) => location.pathname === path && document.readyState === "complete", path);
  says = (css, words) =>
    this.window.until(`${css} says ${words}`, (css, words) => document.querySelector(css)?.textContent.includes(words), css, words);
  value = (css) => this.window.run((css) => document.querySelector(css).value, css);

  async signIn(email, home = "/settings/privacy") {
    await this.at("/sign-in");
    await this.window.type("#email", email);
    await this.window.type("#password", PASSWORD);
    await this.window.click("form[action^='/api/sign-in'] button.primary");
    await this.arrives(home);
  }
  async signOut() {
    await this.at("/account");
    await this.window.click("form[action^='/api/sign-out'] button");
    await this.arrives("/signed-out");
  }
  /** The tab, once it answers in place. */
  async theTab() {
    await this.at("/settings/privacy");
    await this.awake();
    await this.window.run(() => void (document.documentElement.dataset.mark = "same"));
  }
  awake = () => this.window.until("the client half is awake", () => performance.getEntriesByName("awake").length);
  isOn = () => this.window.run((css) => document.querySelector(css).getAttribute("aria-checked") === "true", SWITCH);
  /** Presses the switch, and waits for the answer; says whether it is on then. */
  async press() {
    const on = !(await this.isOn());
    await this.window.click(SWITCH);
    await this.shows(on);
    return on;
  }
  /** That everything on the card says the same. */
  async shows(on) {
    const [word, other] = on ? ["On", "Off"] : ["Off", "On"];
    await this.window.until(`the switch is ${word}`, (css, on) => document.querySelector(css)?.getAttribute("aria-checked") === on, SWITCH, String(on));
    await this.says("#ai-said", `${word} since`);
    const card = await this.window.run(() => ["#ai-switch .state", "#ai-now", "#ai-said", ".ends strong", ".rows tbody tr"].map((css) => document.querySelector(css).textContent));
    const [state, now, said, end, row] = card;
    assert.equal(state, word);
    assert.ok(now.includes(on ? "On by your choice." : "Off by your choice."), now);
    assert.ok(!now.includes("by default"), now);
    assert.ok(!said.includes(`${other} since`), said);
    assert.equal(end, on ? "on by your choice" : "off by your choice");
    assert.ok(row.includes(`You turned it ${word.toLowerCase()}`) && row.includes(await this.window.text("#ai-said .ref")), row);
  }
  inPlace = async () => assert.equal(await this.window.run(() => document.documentElement.dataset.mark), "same", "the page was loaded again");
  /** Sends a form beside the page, as another window would. */
  send = (path, form) =>
    this.window.run(
      (path, form) => fetch(path, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(form) }).then((r) => r.status),
      path,
      form,
    );
  /** Goes to another page of ours by a link, and from there Back, to a page that the browser has kept if it keeps any. */
  async thereAndBack(link, meanwhile) {
    const here = await this.window.run(() => location.pathname);
    await this.window.run(() => {
      sessionStorage.removeItem("kept");
      addEventListener("pageshow", (event) => { sessionStorage.kept = event.persisted; });
    });
    await this.window.click(link);
    await this.window.until("another page", (here) => location.pathname !== here && document.readyState === "complete", here);
    await meanwhile();
    await this.window.back();
    await this.arrives(here);
    assert.equal(await this.window.run(() => sessionStorage.kept === "true"), BROWSERS[this.name].keepsPages, "whether the browser had kept the page");
  }
  /** The newest mail to `address` whose subject says `what`. */
  async mailTo(address, what) {
    const folder = join(this.server.data, "mail");
    for (let tries = 0; tries < 400; tries++, await sleep(50)) {
      const names = readdirSync(folder, { withFileTypes: true }).map(({ name }) => name).filter((name) => name.endsWith(".eml")).sort();
      const mails = await Promise.all(names.map((name) => simpleParser(readFileSync(join(folder, name)))));
      const found = mails.findLast(({ to, subject }) => to.text === address && what.test(subject));
      if (found) return found.text;
    }
    assert.fail(`no mail to ${address} says ${what}`);
  }
}

/** Every word of the page in an element of its own, as translators have it. */
const wrapWords = () => {
  const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (texts.nextNode()) if (texts.currentNode.data.trim()) found.push(texts.currentNode);
  for (const text of found) {
    const element = document.createElement("font");
    element.textContent = text.data;
    text.replaceWith(element);
  }
};

/** The times on the page whose local time is not theirs in this zone. */
const wrongTimes = (timeZone) => {
  const wrong = (time) => {
    const at = new Date(time.dateTime);
    const local = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short", timeZone }).format(at);
    return time.dataset.local !== `${local} your time`;
  };
  const times = [...document.querySelectorAll("time[datetime]")];
  return times.length > 2 ? times.filter(wrong).map((time) => `${time.dateTime}: ${time.dataset.local}`) : ["there are no times"];
};

/** Where no page is kept there is nothing to say: each is a new one. */
const OF_KEPT_PAGES = "Back keeps what was typed, and says that somebody else is signed in";

const STORIES = {
  "the switch turns on and off in place, and what it said is kept": async (app) => {
    await app.signIn("member013@sayso.example");
    for (let turn = 0; turn < 2; turn++) {
      await app.theTab();
      const on = await app.press();
      await app.inPlace();
      await app.at("/settings/privacy");
      await app.shows(on);
    }
  },
  "in a translated page the card says what holds": async (app) => {
    await app.signIn("member@sayso.example");
    await app.theTab();
    for (let turn = 0; turn < 3; turn++) {
      await app.window.run(wrapWords);
      await app.press();
      await app.inPlace();
    }
  },
  "the local time beside a time is that time, after each press": async (app, zone) => {
    await app.signIn("member049@sayso.example");
    await app.theTab();
    for (let turn = 0; turn < 5; turn++) {
      await app.press();
      assert.deepEqual(await app.window.run(wrongTimes, zone), []);
    }
    await app.inPlace();
  },
  "Back shows the present state": async (app) => {
    await app.signIn("member061@sayso.example");
    await app.theTab();
    const on = await app.isOn();
    const wanted = on ? "denied" : "allowed";
    await app.thereAndBack("a[href='/settings/privacy/history']", async () => {
      const seen = "";
      assert.equal(await app.send("/api/set-ai-training", { wanted, seen }), 200);
    });
    await app.shows(!on);
    await app.awake();
    await app.press();
  },
  [OF_KEPT_PAGES]: async (app) => {
    await app.signIn("member073@sayso.example");
    await app.at("/objection");
    await app.window.type("textarea[name=reason]", "Half a sentence");
    await app.thereAndBack("a[href='/objections']", () => Promise.resolve());
    await sleep(500);
    assert.equal(await app.value("textarea[name=reason]"), "Half a sentence");
    assert.equal(await app.window.run(() => document.querySelector("#changed-since")), null);
    // Signing out has the browser forget its pages (Clear-Site-Data); signing in as somebody else does not.
    const other = { email: "member085@sayso.example", password: PASSWORD, next: "" };
    await app.thereAndBack("a[href='/objections']", async () => assert.equal(await app.send("/api/sign-in", other), 200));
    await app.says("#changed-since", "What you typed is still here");
    assert.equal(await app.value("textarea[name=reason]"), "Half a sentence");
  },
  "a rejected objection says what is wrong and loses nothing, and then is filed": async (app) => {
    await app.signIn("member097@sayso.example");
    await app.at("/objection");
    await app.window.type("textarea[name=reason]", "I write about <b>my health</b>.");
    await app.window.click("form[action^='/api/submit-objection'] button.primary");
    await app.says("[role=alert]", "Please select at least one use to object to.");
    // A browser sets the focus with the next picture that it draws.
    await app.window.until("what is wrong has the focus", () => document.activeElement?.getAttribute("role") === "alert");
    assert.equal(await app.value("textarea[name=reason]"), "I write about <b>my health</b>.");
    await app.window.click("input[value=research]");
    await app.window.click("form[action^='/api/submit-objection'] button.primary");
    await app.says("[role=status]", "We have your objection.");
    await app.says("blockquote", "I write about <b>my health</b>.");
  },
  "without an account an objection is filed, and its code opens it": async (app) => {
    const email = `ben.${app.name}@example.org`.toLowerCase();
    await app.signOut();
    await app.at("/objection");
    await app.window.type("#name", "Ben");
    await app.window.type("#email", email);
    await app.window.pick("#country", "IE");
    await app.window.click("input[value=advertising]");
    await app.window.click("form[action^='/api/submit-objection'] button.primary");
    await app.arrives("/objection/code");
    const code = /^ {4}(\S+)$/m.exec(await app.mailTo(email, /^Your code for objection/))[1];
    await app.window.type("#code", code);
    await app.window.click("form[action^='/api/verify-objection'] button");
    await app.says("[role=status]", "We have your objection.");
  },
  "a wrong password is told, and the right one signs in": async (app) => {
    await app.at("/sign-in?next=/objections");
    await app.window.type("#email", "member121@sayso.example");
    await app.window.type("#password", "wrong-horse-battery");
    await app.window.click("form[action^='/api/sign-in'] button.primary");
    await app.window.text("[role=alert]");
    assert.equal(await app.value("#email"), "member121@sayso.example");
    assert.equal(await app.value("#password"), "");
    await app.window.type("#password", PASSWORD);
    await app.window.click("form[action^='/api/sign-in'] button.primary");
    await app.arrives("/objections");
    await app.says(".who", "member121@sayso.example");
  },
  "staff sign in with a code": async (app) => {
    await app.signIn("officer@sayso.example", "/sign-in/code");
    await app.window.type("#code", codeOf(SECRET));
    await app.window.click("form[action^='/api/enter-code'] button");
    await app.arrives("/support/objections");
    await app.signOut();
  },
};

/** With cookies off. */
const COOKIELESS = {
  "with cookies off, sign-in says why it does not work": async (app) => {
    await app.at("/sign-in?next=/objections");
    await app.window.type("#email", "member121@sayso.example");
    await app.window.type("#password", PASSWORD);
    await app.window.click("form[action^='/api/sign-in'] button.primary");
    await app.arrives("/cookie");
    await app.says("h1", "Your browser did not keep our cookie");
    await app.window.click("main a[href='/objection']");
    await app.arrives("/objection");
  },
  "with cookies off, a refused objection comes back with what was typed, and then is filed": async (app) => {
    await app.at("/objection");
    await app.window.type("#name", "Ben");
    await app.window.type("#email", "nowhere");
    await app.window.pick("#country", "IE");
    await app.window.type("textarea[name=reason]", "I write about <b>my health</b>.");
    await app.window.click("form[action^='/api/submit-objection'] button.primary");
    await app.says("[role=alert]", "Please select at least one use to object to.");
    assert.equal(await app.value("textarea[name=reason]"), "I write about <b>my health</b>.");
    assert.deepEqual([await app.value("#name"), await app.value("#email"), await app.value("#country")], ["Ben", "nowhere", "IE"]);
    await app.window.run(() => void (document.querySelector("#email").value = ""));
    await app.window.type("#email", "ben.without@example.org");
    await app.window.click("input[value=advertising]");
    await app.window.click("form[action^='/api/submit-objection'] button.primary");
    await app.arrives("/objection/code");
    await app.mailTo("ben.without@example.org", /^Your code for objection/);
  },
};

const [chosen = "", part = ""] = process.argv.slice(2);
let run = 0;
let failures = 0;

/** Tells these stories in one window, and closes it. */
async function tellAll(stories, server, browser, zone, cookies) {
  const window = await open(browser, zone, cookies);
  const app = Object.assign(new Site(window, server), { name: browser });
  // A browser complains of each page that answers with an error; without cookies there are such.
  const complaints = () => window.complaints.splice(0).filter((said) => cookies || !/status of 422|cookie/i.test(said));
  try {
    for (const [name, story] of Object.entries(stories).filter(([name]) => name.includes(part))) {
      const begun = Date.now();
      const failed = await story(app, zone).then(() => assert.deepEqual(complaints(), [])).then(() => undefined, (error) => error);
      console.log(`  ${failed ? "✘" : "✓"} ${browser}, ${zone}: ${name} (${Date.now() - begun} ms)`);
      if (failed) console.error(failed);
      run++;
      failures += Boolean(failed);
    }
  } finally {
    await window.close();
  }
}

for (const browser of Object.keys(BROWSERS).filter((name) => name.startsWith(chosen))) {
  const server = await serve();
  try {
    for (const zone of ZONES) {
      // The zone changes one story only.
      const told = (name) => (zone === ZONES[0] ? BROWSERS[browser].keepsPages || name !== OF_KEPT_PAGES : name.startsWith("the local time"));
      await tellAll(Object.fromEntries(Object.entries(STORIES).filter(([name]) => told(name))), server, browser, zone, true);
    }
    if (browser === "Firefox") await tellAll(COOKIELESS, server, browser, ZONES[0], false);
  } finally {
    server.stop();
  }
}
assert.ok(run, "no story has this name");
if (failures) process.exitCode = 1;
