// The stories in Chromium: starts the server on a fresh database and the HTML checker, then Playwright, and ends them. Playwright
// could start them, but then it waits, without an end, for pipes to close. Arguments are Playwright's: a file, -g NAME.
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import vnu from "vnu-jar";
import { binary, freePort, settings } from "./server.mjs";

const PATIENCE = 60_000;
const data = mkdtempSync(join(tmpdir(), "sayso-e2e-"));
const [port, checker] = [await freePort(), await freePort()];

/** Starts a server and waits until it answers at `url`. */
async function start(name, url, command, args, env = {}, stderr = "inherit") {
  const server = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "ignore", stderr] });
  process.on("exit", () => server.kill("SIGKILL"));
  const end = Date.now() + PATIENCE;
  while (!(await fetch(url, { signal: AbortSignal.timeout(5_000) }).then(({ ok }) => ok, () => false))) {
    if (server.exitCode !== null || server.signalCode || Date.now() > end) throw new Error(`${name} does not answer`);
    await sleep(100);
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => process.exit(1));
const answers = `http://127.0.0.1:${checker}/`;
// One Java for all pages: it takes two seconds to start, and then milliseconds for each.
const java = ["-Dnu.validator.servlet.bind-address=127.0.0.1", "-cp", vnu, "nu.validator.servlet.Main", String(checker)];
await Promise.all([
  start("the server", `http://127.0.0.1:${port}/readyz`, binary, ["serve"], settings(data, port)),
  start("the HTML checker", answers, "java", java, {}, "ignore"),
]);
const env = { ...process.env, SAYSO_E2E_PORT: String(port), SAYSO_E2E_CHECKER: answers, SAYSO_E2E_DATA: data };
const stories = spawn("playwright", ["test", "--config", "end2end/playwright.config.mjs", ...process.argv.slice(2)], { env, stdio: "inherit" });
stories.on("error", (error) => { throw error; });
stories.on("exit", (code) => process.exit(code ?? 1));
