// What the tab needs on a first visit, in brotli: 130 kB at most, of which WebAssembly 110 kB at most (1 kB = 1,000 bytes).
import { readdirSync, statSync } from "node:fs";

const limit = { all: 130_000, wasm: 110_000 };
const page = 12_000; // the document itself, compressed; the browser tests measure it
const sizes = readdirSync("target/site").filter((f) => f.endsWith(".br")).map((f) => [f, statSync(`target/site/${f}`).size]);
for (const [file, bytes] of sizes) console.log(`${String(bytes).padStart(8)}  ${file}`);
const wasm = sizes.filter(([f]) => f.includes(".wasm")).reduce((sum, [, n]) => sum + n, 0);
const all = sizes.reduce((sum, [, n]) => sum + n, page);
console.log(`WebAssembly ${wasm} of ${limit.wasm} bytes; everything with ${page} for the document ${all} of ${limit.all} bytes`);
if (wasm === 0 || wasm > limit.wasm || all > limit.all) {
  console.error("The first visit is too heavy (or the client half is missing).");
  process.exit(1);
}
