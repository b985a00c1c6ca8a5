// Makes target/site from the client half, what checks receipts, the styles and the scripts: bound, shrunk, named by content, compressed; and
// target/site.rs, by which the binary carries it. Does nothing when none of its inputs has changed.
// With --dev nothing is shrunk or compressed.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundle } from "lightningcss";

const dev = process.argv.includes("--dev");
const [wasm, checker] = process.argv.slice(2).filter((arg) => !arg.startsWith("--"));
const site = "target/site";
const list = "target/site.rs";
const hash = (...parts) => parts.reduce((h, p) => h.update(p), createHash("sha256")).digest("hex").slice(0, 16);
/** The scripts, and of which files each is made: what every page has is one, because each request costs headers. */
const scripts = { page: ["local-time", "back", "told"], "notice-shown": ["notice-shown"], preview: ["preview"], leave: ["leave"], staying: ["staying"], fields: ["fields"], queue: ["queue"], templates: ["templates"], verifying: ["verifying"], check: ["check"] };
// Each file is in a script, and each script that a page asks for is made: one that is missing is missed by nobody at once.
const rust = readdirSync("src", { recursive: true }).filter((f) => f.endsWith(".rs")).map((f) => readFileSync(join("src", f), "utf8")).join("\n");
const unused = readdirSync("public").filter((f) => f.endsWith(".js") && !Object.values(scripts).flat().includes(f.slice(0, -3)));
const unmade = [...rust.matchAll(/<Script name="([^"]+)"/g)].map(([, name]) => name).filter((name) => !(name in scripts));
if (unused.length || unmade.length) throw new Error(`In no script: ${unused.join(" ") || "nothing"}; asked for and not made: ${unmade.join(" ") || "nothing"}`);
const inputs = [wasm, checker, ...Object.values(scripts).flat().map((name) => `public/${name}.js`), "scripts/site.mjs", ...readdirSync("style").sort().map((f) => join("style", f))];
const stamp = `// ${hash(String(dev), ...inputs.map((f) => readFileSync(f)))}\n`;
if (existsSync(site) && existsSync(list) && readFileSync(list, "utf8").startsWith(stamp)) process.exit(0);

/**
 * A half of WebAssembly, bound and shrunk: its script and its code. What was made of the same is taken again, because a new colour has
 * to be quick.
 */
function bound(wasm, out) {
  const kind = `${out === "sayso" ? "client" : out}-${dev ? "dev" : "release"}-`;
  const made = `target/${kind}${hash(readFileSync(wasm), readFileSync("scripts/site.mjs"))}`;
  if (!existsSync(made)) {
    console.log(`» Binding and shrinking it (${out})`);
    const work = mkdtempSync(join(tmpdir(), "sayso-"));
    execFileSync("wasm-bindgen", [wasm, "--target", "web", "--no-typescript", "--out-dir", work, "--out-name", out], { stdio: "inherit" });
    const features = ["bulk-memory", "nontrapping-float-to-int", "reference-types", "sign-ext", "mutable-globals", "multivalue"];
    const code = join(work, `${out}_bg.wasm`);
    // The second time it finds what the first has made possible: another 200 bytes. At last the sections go that say what it was made
    // with, and functions are put in an order, which makes the checker smaller, and the client half larger.
    const last = ["--strip-producers", "--strip-target-features", ...(out === "checker" ? ["--reorder-functions"] : [])];
    for (let pass = 0; pass < (dev ? 0 : 3); pass++)
      execFileSync("wasm-opt", ["-Oz", ...(pass === 2 ? last : []), ...features.map((f) => `--enable-${f}`), code, "-o", code], { stdio: "inherit" });
    for (const old of readdirSync("target").filter((f) => f.startsWith(kind))) rmSync(join("target", old), { recursive: true });
    cpSync(work, made, { recursive: true });
    rmSync(work, { recursive: true });
  }
  return [`${out}.js`, `${out}_bg.wasm`].map((file) => readFileSync(join(made, file)));
}
const [js, client] = bound(wasm, "sayso");
const [checkerJs, checkerCode] = bound(checker, "checker");
const css = bundle({ filename: "style/main.css", minify: true }).code;
const name = `sayso-${hash(js, client)}`;
const checkerName = `checker-${hash(checkerJs, checkerCode)}`;
const files = {
  [`${name}.js`]: js,
  [`${name}_bg.wasm`]: client,
  [`${checkerName}.js`]: checkerJs,
  [`${checkerName}_bg.wasm`]: checkerCode,
  [`style-${hash(css)}.css`]: css,
};
for (const [script, parts] of Object.entries(scripts)) {
  // Each in a scope of its own, without the lines that are comments.
  const texts = parts.map((part) => readFileSync(`public/${part}.js`, "utf8").replace(/^ *(\/\/.*|\/\*\*.*\*\/)\n/gm, ""));
  const bytes = Buffer.from(texts.map((text) => `{\n${text}}\n`).join(""));
  files[`${script}-${hash(bytes)}.js`] = bytes;
}
const written = join("target", "site.new");
rmSync(written, { recursive: true, force: true });
mkdirSync(written, { recursive: true });
for (const [file, bytes] of Object.entries(files)) {
  writeFileSync(join(written, file), bytes);
  if (dev) continue;
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(join(written, `${file}.br`), brotliCompressSync(bytes, { params }));
  writeFileSync(join(written, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}
const entries = readdirSync(written).map((file) => `    ("${file}", include_bytes!("site/${file}")),\n`);
// A server that runs reads the folder: it is there at every moment but one.
rmSync(site, { recursive: true, force: true });
renameSync(written, site);
writeFileSync(list, `${stamp}&[\n${entries.join("")}]\n`);
