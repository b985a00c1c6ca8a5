// `make dev`: builds, serves, and does it again when a file is saved. A style or a script of public/ is there when the page is
// loaded again; a line of Rust restarts the server once it has compiled. What does not compile leaves the old server running.
import { spawn } from "node:child_process";
import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { watch } from "chokidar";

const target = resolve(process.env.CARGO_TARGET_DIR ?? "target");
const data = "target/dev";
const env = { DATABASE_URL: `sqlite://${data}/sayso.db`, SAYSO_DATA: data, SAYSO_DEMO: "1", ...process.env };
// It is for tests: the server would warn of a name that is no setting.
delete env.SAYSO_TEST_PYTHON;
const binary = join(target, "debug", "sayso");
const wasm = join(target, "wasm32-unknown-unknown", "wasm-dev", "sayso.wasm");
const checker = join(target, "wasm32-unknown-unknown", "wasm-dev", "sayso_checker.wasm");
const half = "cargo build --quiet --locked --profile wasm-dev --target wasm32-unknown-unknown";
const steps = {
  server: ["cargo", ["build", "--quiet", "--locked", "--bin", "sayso"]],
  client: ["sh", ["-c", `${half} --lib --no-default-features --features hydrate && ${half} --package sayso-checker`]],
  site: ["node", ["scripts/site.mjs", "--dev", wasm, checker]],
};

const ended = (child) => new Promise((done) => child.once("exit", (code) => done(code === 0)));
/** Runs a step and says how long it took, or that it failed. */
async function run(name) {
  const begun = Date.now();
  const done = await ended(spawn(...steps[name], { stdio: "inherit" }));
  console.log(`» ${name}: ${done ? `${((Date.now() - begun) / 1000).toFixed(1)} s` : server ? "failed, and what served before still does" : "failed"}`);
  return done;
}

let server;
/** What the server says at its start on standard output, such as the accounts, is shown where it is new. Its log is elsewhere. */
const said = new Set();
/** Starts the server, and returns where it serves, or nothing if it has ended instead. */
function start() {
  server = spawn(binary, ["serve"], { stdio: ["inherit", "pipe", "inherit"], env });
  return new Promise((done) => {
    const lines = createInterface({ input: server.stdout });
    lines.on("line", (line) => {
      const serves = /^Sayso serves (\S+)$/.exec(line);
      if (serves) done(serves[1]);
      else if (!said.has(line)) console.log(line);
      said.add(line);
    });
    lines.on("close", () => done(undefined));
  });
}
async function stop() {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  const over = ended(server);
  server.kill("SIGTERM");
  await over;
}

let url;
async function serve() {
  await stop();
  url = await start();
  if (url) await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) }).catch(() => {});
  // What it said before it answered is on its way.
  await new Promise((done) => setTimeout(done, 50));
}
const ready = () => console.log(url ? `» Ready: ${url}` : "» The server did not start; the lines above say why. Save a file, or stop this and start it again with other settings.");

/** When the binary was made: cargo leaves it alone if a file is not part of it. */
const made = () => statSync(binary, { throwIfNoEntry: false })?.mtimeMs;
/** Which files ask for what: `rust` builds both halves, of which cargo skips the one that the file is not part of. */
const kind = (path) => (/^(style|public)\//.test(path) ? "site" : "rust");
const wanted = new Set();
let busy = true;
async function work() {
  if (busy) return;
  busy = true;
  while (wanted.size) {
    const now = new Set([...wanted].map(kind));
    for (const path of wanted) console.log(`» ${path}`);
    wanted.clear();
    let done = true;
    if (now.has("site")) done = await run("site");
    if (now.has("rust")) {
      const before = made();
      const built = await run("server");
      if (built && (made() !== before || !url)) await serve();
      const client = await run("client");
      done = built && client && (now.has("site") || (await run("site"))) && done;
    }
    if (done) ready();
  }
  busy = false;
}

// Editors write a file in several steps, and beside it files of their own.
const OF_EDITORS = /^\d+$|~$|^\..*\.sw.$|^\.#|^#.*#$|\.tmp$|___jb_(tmp|old)___$/;
let timer;
const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(work, 150);
};
watch(["src", "crates", "style", "public", "migrations", "notices", "Cargo.toml"], {
  ignoreInitial: true,
  ignored: (path) => OF_EDITORS.test(basename(path)),
}).on("all", (event, path) => {
  if (event.endsWith("Dir")) return;
  wanted.add(path);
  soon();
});

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    server?.kill("SIGTERM");
    process.exit(0);
  });
}
console.log("» Building for development (five to fifteen minutes the first time, then seconds)");
for (const [step, what] of [["client", "Building the client half (WebAssembly)"], ["site"], ["server", "Building the server"]]) {
  if (what) console.log(`» ${what}`);
  if (!(await run(step))) process.exit(1);
}
await serve();
ready();
busy = false;
work();
