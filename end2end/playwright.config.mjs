// Every test runs with JavaScript on and off, against the release binary, each run on a fresh database.
import { defineConfig } from "@playwright/test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const port = Number(process.env.SAYSO_E2E_PORT ?? 3217);
process.env.SAYSO_E2E_PORT = String(port);
const data = (process.env.SAYSO_E2E_DATA ??= mkdtempSync(join(tmpdir(), "sayso-e2e-")));
const binary = resolve(process.env.CARGO_TARGET_DIR ?? "target", "release/sayso");
const launchOptions = {
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};

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
    { name: "without JavaScript", use: { javaScriptEnabled: false } },
  ],
  webServer: {
    command: `"${binary}" serve`,
    url: `http://127.0.0.1:${port}/readyz`,
    reuseExistingServer: false,
    timeout: 60_000,
    env: {
      DATABASE_URL: `sqlite://${data}/sayso.db`,
      SAYSO_ADDR: `127.0.0.1:${port}`,
      SAYSO_DATA: data,
      SAYSO_DEMO: "1",
      // The browsers all come from one address: each test says it comes from another.
      SAYSO_PROXIES: "1",
    },
  },
});
