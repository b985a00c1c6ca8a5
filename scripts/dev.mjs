// `make dev`: builds, serves, and does it again when a file is saved. A style or a script of public/ is there when the page is
// loaded again; a line of Rust restarts the server once it has compiled. What does not compile leaves the old server running.
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { watch } from "chokidar";

const target = resolve(process.env.CARGO_TARGET_DIR ?? "target");
const data = "target/dev";
const env = { DATABASE_URL: `sqlite://${data}/sayso.db`, SAYSO_DATA: data, SAYSO_DEMO: "1", ...process.env };
const wasm = join(target, "wasm32-unknown-unknown", "wasm-dev", "sayso.wasm");
const client = ["build", "--quiet", "--locked", "--lib", "--profile", "wasm-dev", "--no-default-features", "--features", "hydrate"];
const steps = {
  server: ["cargo", ["build", "--quiet", "--locked", "--bin", "sayso"]],
  client: ["cargo", [...client, "--target", "wasm32-unknown-unknown"]],
  site: ["node", ["scripts/site.mjs", "--dev", wasm]],
};

const ended = (child) => new Promise((done) => child.once("exit", (code) => done(code === 0)));
/** Runs a step and says how long it took, or that it failed. */
async function run(name) {
  const begun = Date.now();
  const done = await ended(spawn(...steps[name], { stdio: "inherit" }));
  console.log(done ? `» ${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s` : `» ${name}: failed, and what served before still does`);
  return done;
}

let server;
async function serve() {
  if (server && server.exitCode === null) {
    server.kill("SIGTERM");
    await ended(server);
  }
  server = spawn(join(target, "debug", "sayso"), ["serve"], { stdio: "inherit", env });
}

/** Which files ask for what: `rust` builds both halves, of which cargo skips the one that the file is not part of. */
const kind = (path) => (/^(style|public)\//.test(path) ? "site" : "rust");
const wanted = new Set();
let busy = false;
async function work() {
  if (busy) return;
  busy = true;
  while (wanted.size) {
    const now = new Set(wanted);
    wanted.clear();
    if (now.has("site")) await run("site");
    if (now.has("rust")) {
      if (await run("server")) await serve();
      if ((await run("client")) && !now.has("site")) await run("site");
    }
  }
  busy = false;
}

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    server?.kill("SIGTERM");
    process.exit(0);
  });
}
console.log("» Building for development (a few minutes from nothing, then seconds)");
if (!((await run("client")) && (await run("site")) && (await run("server")))) process.exit(1);
await serve();
watch(["src", "crates", "style", "public", "migrations", "notices", "Cargo.toml"], { ignoreInitial: true }).on("all", (_, path) => {
  console.log(`» ${path}`);
  wanted.add(kind(path));
  // Editors write a file in several steps.
  setTimeout(work, 50);
});
