// Every test runs with JavaScript on and off, against the release binary, each run on a fresh database. What only scripts can
// bring about is marked @script.
import { defineConfig } from "@playwright/test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import vnu from "vnu-jar";
import { binary, launchOptions, settings } from "./server.mjs";

// The workers read this file too, and take over what the first reading decided.
const port = Number((process.env.SAYSO_E2E_PORT ??= "3217"));
const checker = (process.env.SAYSO_E2E_CHECKER ??= `http://127.0.0.1:${port + 1}/`);
const data = (process.env.SAYSO_E2E_DATA ??= mkdtempSync(join(tmpdir(), "sayso-e2e-")));

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  forbidOnly: true,
  retries: 0,
  workers: 2,
  fullyParallel: true,
  timeout: 60_000,
  reporter: [["list"]],
  use: { baseURL: `http://127.0.0.1:${port}`, launchOptions, locale: "en-GB", timezoneId: "Asia/Tokyo" },
  projects: [
    { name: "with JavaScript", use: { javaScriptEnabled: true } },
    { name: "without JavaScript", use: { javaScriptEnabled: false }, grepInvert: /@script/ },
  ],
  webServer: [
    {
      command: `"${binary}" serve`,
      url: `http://127.0.0.1:${port}/readyz`,
      reuseExistingServer: false,
      timeout: 60_000,
      env: settings(data, port),
    },
    {
      // One Java for all pages: it takes two seconds to start, and then milliseconds for each.
      command: `java -Dnu.validator.servlet.bind-address=127.0.0.1 -cp "${vnu}" nu.validator.servlet.Main ${port + 1}`,
      url: checker,
      reuseExistingServer: false,
      timeout: 60_000,
      stderr: "ignore",
    },
  ],
});
