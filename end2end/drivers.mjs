// Firefox and WebKit, which Playwright cannot drive as Debian ships them, under one interface. Firefox is driven over WebDriver
// BiDi, and WebKit's MiniBrowser over the WebDriver of the W3C, on a display that nobody sees.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import puppeteer from "puppeteer-core";
import { freePort } from "./server.mjs";

const PATIENCE = 20_000;
/** The name that WebDriver gives to an element in JSON. */
const ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

/** One window; `run`, `goto`, `back`, `click`, `type` and `pick` are the driver's own. */
class Window {
  /** What the page itself complained of, as far as the browser tells. */
  complaints = [];

  /** Runs `look` in the page until it answers with something; a page that is just being left is asked again. */
  async until(what, look, ...args) {
    const end = Date.now() + PATIENCE;
    let last;
    while (Date.now() < end) {
      last = await this.run(look, ...args).catch((error) => void (last = error));
      if (last) return last;
      await sleep(50);
    }
    assert.fail(`not within ${PATIENCE / 1000} s: ${what} (${await this.run(() => `${location} ${document.querySelector("main")?.innerText}`).catch(String)})`);
  }

  /** Waits until the element is there, and says what `text` of it is. */
  text(css) {
    return this.until(css, (css) => document.querySelector(css)?.textContent, css);
  }
}

class Firefox extends Window {
  /** Whether Back shows a page as it was left. Firefox keeps none that says `no-store`, as all of ours do, and asks for it again. */
  static keepsPages = false;
  static async open(env, cookies = true) {
    // 2: no site may set one.
    const extraPrefsFirefox = cookies ? {} : { "network.cookie.cookieBehavior": 2 };
    const browser = await puppeteer.launch({ browser: "firefox", executablePath: "/usr/bin/firefox-esr", headless: true, env, extraPrefsFirefox });
    const page = await browser.newPage();
    return Object.assign(new Firefox(), { browser, page }).#listen();
  }
  #listen() {
    this.page.on("pageerror", (error) => this.complaints.push(String(error)));
    this.page.on("console", (message) => message.type() === "error" && this.complaints.push(message.text()));
    return this;
  }
  goto = (url) => this.page.goto(url);
  run = (look, ...args) => this.page.evaluate(look, ...args);
  click = (css) => this.page.click(css);
  type = (css, text) => this.page.type(css, text);
  pick = (css, value) => this.page.select(css, value);
  back = () => this.page.evaluate(() => void setTimeout(() => history.back()));
  close = () => this.browser.close();
}

class WebKit extends Window {
  /** Over plain HTTP it keeps those, too. */
  static keepsPages = true;
  static async open(env) {
    const window = new WebKit();
    window.#screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"], { stdio: ["ignore", "ignore", "ignore", "pipe"] });
    try {
      const number = await Promise.race([once(window.#screen.stdio[3], "data"), died("Xvfb", window.#screen)]);
      // Nobody's sandbox can be made by root, and no graphics card is there.
      const settings = { DISPLAY: `:${String(number).trim()}`, LIBGL_ALWAYS_SOFTWARE: "1", WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: "1", NO_AT_BRIDGE: "1" };
      const port = await freePort();
      window.#driver = spawn("WebKitWebDriver", [`--port=${port}`, "--host=127.0.0.1"], { env: { ...env, ...settings }, stdio: "ignore" });
      window.#at = `http://127.0.0.1:${port}`;
      await Promise.race([window.#ready(), died("WebKitWebDriver", window.#driver)]);
      const binary = readdirSync("/usr/lib").map((machine) => `/usr/lib/${machine}/webkit2gtk-4.1/MiniBrowser`).find(existsSync);
      assert.ok(binary, "MiniBrowser is not installed: scripts/setup test");
      const alwaysMatch = { "webkitgtk:browserOptions": { binary, args: ["--automation"] } };
      const { sessionId } = await window.#ask("POST", "/session", { capabilities: { alwaysMatch } });
      window.#at += `/session/${sessionId}`;
      await window.#ask("POST", "/timeouts", { pageLoad: PATIENCE, script: PATIENCE });
      return window;
    } catch (error) {
      await window.close();
      throw error;
    }
  }
  #screen;
  #driver;
  #at;

  async #ready() {
    const end = Date.now() + PATIENCE;
    while (!(await this.#ask("GET", "/status").catch(() => undefined))?.ready) {
      assert.ok(Date.now() < end, "WebKitWebDriver is not ready");
      await sleep(50);
    }
  }
  async #ask(method, path, body) {
    const answer = await fetch(this.#at + path, { method, body: body && JSON.stringify(body) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }
  async #element(css) {
    return `/element/${(await this.#ask("POST", "/element", { using: "css selector", value: css }))[ELEMENT]}`;
  }
  goto = (url) => this.#ask("POST", "/url", { url });
  run = (look, ...args) => this.#ask("POST", "/execute/sync", { script: `return (${look}).apply(null, arguments);`, args });
  /** The driver scrolls to some elements half way only, and gives up on what is behind a transition between two pages. */
  click = async (css) => {
    if (!css.includes("option")) await this.run((css) => document.querySelector(css)?.scrollIntoView({ block: "center" }), css);
    const element = await this.#element(css);
    const end = Date.now() + PATIENCE;
    for (;;) {
      try {
        return await this.#ask("POST", `${element}/click`, {});
      } catch (error) {
        if (!/element not interactable|element click intercepted/.test(error.message) || Date.now() > end) throw error;
        await sleep(50);
      }
    }
  };
  type = async (css, text) => this.#ask("POST", `${await this.#element(css)}/value`, { text });
  pick = (css, value) => this.click(`${css} option[value="${value}"]`);
  back = () => this.#ask("POST", "/back", {});
  close = async () => {
    await this.#ask("DELETE", "").catch(() => undefined);
    this.#driver?.kill();
    this.#screen?.kill();
  };
}

/** Fails once this process has ended. */
const died = (name, child) =>
  Promise.race([once(child, "exit"), once(child, "error")]).then((why) => assert.fail(`${name} did not start: ${why}`));

/** The browsers by name, each opened with its clocks in a zone; Firefox without cookies, too. */
export const BROWSERS = { Firefox, WebKit };
export const open = (name, zone, cookies) => BROWSERS[name].open({ ...process.env, TZ: zone }, cookies);
