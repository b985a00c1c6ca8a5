// The assets as the build made them: all there, all compressed, and within the first visit's limit by themselves. The visit
// itself, with the document and as a browser counts it, is measured by end2end/first-visit.spec.mjs.
import { existsSync, readdirSync, statSync } from "node:fs";
import { CHECKER, LIMIT } from "./limit.mjs";

const site = "target/site";
const size = (file) => (existsSync(`${site}/${file}`) ? statSync(`${site}/${file}`).size : Infinity);
const assets = readdirSync(site).filter((f) => !/\.(br|gz)$/.test(f));
const missing = ["sayso-*_bg.wasm", "sayso-*.js", "style-*.css", "page-*.js", "preview-*.js", "notice-shown-*.js", "staying-*.js", "checker-*_bg.wasm", "checker-*.js", "check-*.js"].filter((kind) => {
  const [begin, end] = kind.split("*");
  return assets.filter((f) => f.startsWith(begin) && f.endsWith(end)).length !== 1;
});
const large = assets.filter((f) => size(`${f}.br`) >= size(f) || size(`${f}.gz`) >= size(f));
for (const f of assets) console.log(`${String(size(`${f}.br`)).padStart(8)}  ${f}`);
const sum = (list) => list.reduce((all, f) => all + size(`${f}.br`), 0);
// No first visit loads what only the page that checks receipts has.
const isChecker = (f) => f.startsWith("checker-");
const visit = assets.filter((f) => !isChecker(f));
const [all, wasm, checker] = [sum(visit), sum(visit.filter((f) => f.endsWith(".wasm"))), sum(assets.filter(isChecker))];
console.log(`Assets in brotli ${all} of ${LIMIT.all} bytes, of which WebAssembly ${wasm} of ${LIMIT.wasm}; beside them what checks receipts, ${checker} of ${CHECKER}`);
if (missing.length || large.length || wasm > LIMIT.wasm || all > LIMIT.all || checker > CHECKER) {
  console.error(`Not as it should be. Missing or there twice: ${missing.join(" ") || "nothing"}; not smaller compressed: ${large.join(" ") || "nothing"}.`);
  process.exit(1);
}
