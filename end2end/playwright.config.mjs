// Every test runs with JavaScript on and off, against the release binary, each run on a fresh database. What only scripts can
// bring about is marked @script. `run.mjs` starts the servers, and says in the environment where they are.
import { defineConfig } from "@playwright/test";
import { launchOptions } from "./server.mjs";

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  forbidOnly: true,
  retries: 0,
  workers: 2,
  fullyParallel: true,
  timeout: 60_000,
  reporter: [["list"]],
  use: { baseURL: `http://127.0.0.1:${process.env.SAYSO_E2E_PORT}`, launchOptions, locale: "en-GB", timezoneId: "Asia/Tokyo" },
  projects: [
    { name: "with JavaScript", use: { javaScriptEnabled: true } },
    { name: "without JavaScript", use: { javaScriptEnabled: false }, grepInvert: /@script/ },
  ],
});
