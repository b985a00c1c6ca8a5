// The release binary on a fresh demonstration database: how it is set up for the stories, and started by the scripts.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

export const binary = resolve(process.env.CARGO_TARGET_DIR ?? "target", "release/sayso");
/** The stories' browser: Chromium without windows, which needs a third less time for each page. */
export const launchOptions = {
  executablePath: "/usr/bin/chromium-headless-shell",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
};
/** All of Chromium: it keeps pages for Back, and Lighthouse asks for it. */
export const wholeBrowser = { ...launchOptions, executablePath: "/usr/bin/chromium" };

/** Countries under the two kinds of rule that hold nowhere in the built-in file any more. */
export const REGION = { optOut: "US", excluded: "MC", optIn: "AD" };

/** Writes the rules of the stories, those built in and two more, and returns the file's path. */
export function rulesFile(folder) {
  const rule = (country, from, kind) =>
    `\n[[rule]]\nid = "story-${kind}"\npurpose = "generative-ai-training"\nregions = ["${country}"]\nfrom = "${from}"\ndefault = "${kind}"\n`;
  const path = join(folder, "rules.toml");
  const builtIn = readFileSync("crates/core/src/consent/rules.toml", "utf8");
  writeFileSync(path, builtIn + rule(REGION.excluded, "2024-09-18", "excluded") + rule(REGION.optIn, "2026-01-01", "opt-in"));
  return path;
}

/** What the foot of every page says in the stories, and where its links lead. */
export const PLATFORM = {
  name: "Lovelace Forum",
  links: {
    "Privacy policy": "https://lovelace.example/privacy",
    Imprint: "https://lovelace.example/imprint",
    Contact: "mailto:privacy@lovelace.example",
    Accessibility: "https://lovelace.example/accessibility",
  },
};

/** The settings of a server on `port` with its data in `folder`. */
export const settings = (folder, port) => ({
  DATABASE_URL: `sqlite://${folder}/sayso.db`,
  SAYSO_ADDR: `127.0.0.1:${port}`,
  SAYSO_DATA: folder,
  SAYSO_DEMO: "1",
  SAYSO_LOG: "error,tower_http=off",
  // The browsers all come from one address: each story says it comes from another.
  SAYSO_PROXIES: "1",
  SAYSO_RULES: rulesFile(folder),
  SAYSO_PLATFORM: PLATFORM.name,
  SAYSO_PRIVACY_POLICY_URL: PLATFORM.links["Privacy policy"],
  SAYSO_IMPRINT_URL: PLATFORM.links.Imprint,
  SAYSO_CONTACT: PLATFORM.links.Contact,
  SAYSO_ACCESSIBILITY_URL: PLATFORM.links.Accessibility,
  SAYSO_POSTAL_ADDRESS: "1 Example Street, Dublin",
  SAYSO_PHONE: "+353 1 555 0100",
});

export const freePort = () =>
  new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });

/** Starts one for a script, with `more` settings; resolves once it is ready. */
export async function serve(more = {}) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const data = mkdtempSync(join(tmpdir(), "sayso-"));
  const env = { ...process.env, ...settings(data, port), ...more };
  const server = spawn(binary, ["serve"], { env, stdio: ["ignore", "ignore", "inherit"] });
  const ready = () => fetch(`${url}/readyz`).then((r) => r.ok, () => false);
  while (!(await ready())) assert.equal(server.exitCode, null, "the server ended before it was ready");
  return { url, data, stop: () => server.kill() };
}
