// Makes target/site from the client half and the styles: bound, shrunk, named by content, compressed.
// Does nothing when none of its inputs has changed.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bundle } from "lightningcss";

const [wasm] = process.argv.slice(2);
const site = "target/site";
const hash = (...parts) => parts.reduce((h, p) => h.update(p), createHash("sha256")).digest("hex").slice(0, 16);
/** The scripts, and of which files each is made: what every page has is one, because each request costs headers. */
const scripts = { page: ["local-time", "back", "told"], "notice-shown": ["notice-shown"], preview: ["preview"] };
const inputs = [wasm, ...Object.values(scripts).flat().map((name) => `public/${name}.js`), "scripts/site.mjs", ...readdirSync("style").sort().map((f) => join("style", f))];
const stamp = hash(...inputs.map((f) => readFileSync(f)));
if (existsSync("target/site.stamp") && readFileSync("target/site.stamp", "utf8") === stamp) process.exit(0);

console.log("» Binding and shrinking it");
const work = mkdtempSync(join(tmpdir(), "sayso-"));
execFileSync("wasm-bindgen", [wasm, "--target", "web", "--no-typescript", "--out-dir", work, "--out-name", "sayso"], { stdio: "inherit" });
const small = join(work, "small.wasm");
const features = ["bulk-memory", "nontrapping-float-to-int", "reference-types", "sign-ext", "mutable-globals", "multivalue"];
execFileSync("wasm-opt", ["-Oz", ...features.map((f) => `--enable-${f}`), join(work, "sayso_bg.wasm"), "-o", small], { stdio: "inherit" });

const js = readFileSync(join(work, "sayso.js"));
const client = readFileSync(small);
const css = bundle({ filename: "style/main.css", minify: true }).code;
const name = `sayso-${hash(js, client)}`;
const files = {
  [`${name}.js`]: js,
  [`${name}_bg.wasm`]: client,
  [`style-${hash(css)}.css`]: css,
};
for (const [script, parts] of Object.entries(scripts)) {
  // Each in a scope of its own, without the lines that are comments.
  const texts = parts.map((part) => readFileSync(`public/${part}.js`, "utf8").replace(/^ *(\/\/.*|\/\*\*.*\*\/)\n/gm, ""));
  const bytes = Buffer.from(texts.map((text) => `{\n${text}}\n`).join(""));
  files[`${script}-${hash(bytes)}.js`] = bytes;
}
rmSync(site, { recursive: true, force: true });
mkdirSync(site, { recursive: true });
for (const [file, bytes] of Object.entries(files)) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeFileSync(join(site, file), bytes);
  writeFileSync(join(site, `${file}.br`), brotliCompressSync(bytes, { params }));
  writeFileSync(join(site, `${file}.gz`), gzipSync(bytes, { level: 9 }));
}
rmSync(work, { recursive: true });
writeFileSync("target/site.stamp", stamp);
