// Arrows between files go one way: from the modules at the top of this list to those below, in a feature from pages to api to
// service to store, and in no circle. What goes up all the same stands in ARCHITECTURE.md with its reason, and nothing else does.
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** From the top down; those in one line are beside each other, and none of them may know another. */
const LEVELS = [
  ["main", "cli"],
  ["command"],
  ["serve"],
  ["app"],
  ["audit", "statistics", "support"],
  ["members"],
  ["pack"],
  ["objection"],
  ["consent"],
  ["log"],
  ["account"],
  ["ui"],
  ["web"],
  ["mail"],
  ["ledger"],
  ["error"],
  ["db"],
  ["id"],
  ["time", "lib"],
];
/** Within a feature, from the top down. What is none of these stands between api and store. */
const LAYERS = ["pages", "api", "", "store"];
const IS_PAGE = new Set(["island"]);

const walk = (folder) =>
  readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? walk(path) : path.endsWith(".rs") ? [path] : [];
  });
const isTest = (path) => /_(tests|properties|model)\.rs$|\/testing\.rs$/.test(path);
const files = ["src", "crates/core/src"].flatMap(walk).filter((path) => !isTest(path));
/** crate and module path of a file, such as `src` and [account, store, sessions]. */
const moduleOf = (path) => {
  const root = path.startsWith("src/") ? "src" : "crates/core/src";
  const parts = path.slice(root.length + 1, -3).split("/");
  if (["mod", "lib"].includes(parts.at(-1))) parts.pop();
  return [root, parts];
};
const byModule = new Map(files.map((path) => [moduleOf(path).flat().join("::"), path]));

/** Each path in a text of `use` statements and in code, without its braces. */
function paths(text) {
  const found = [];
  const expand = (prefix, rest) => {
    let depth = 0, part = "";
    for (const c of rest) {
      if (c === "," && depth === 0) { expand1(prefix, part); part = ""; continue; }
      depth += c === "{" ? 1 : c === "}" ? -1 : 0;
      part += c;
    }
    expand1(prefix, part);
  };
  const expand1 = (prefix, part) => {
    const text = part.trim();
    if (!text) return;
    const brace = text.indexOf("{");
    if (brace >= 0) expand(prefix + text.slice(0, brace), text.slice(brace + 1, text.lastIndexOf("}")));
    else found.push((prefix + text).replace(/ as \w+$/, "").replace(/::self$/, ""));
  };
  for (const [, path] of text.matchAll(/\buse\s+([^;]+);/g)) expand("", path.replace(/\s+/g, " "));
  for (const [path] of text.replace(/\buse\s+[^;]+;/g, "").matchAll(/\b(?:crate|super|sayso|sayso_core)(?:::\w+)+/g)) found.push(path);
  return found;
}

function resolve(path, from) {
  const [root, own] = moduleOf(from);
  let parts = path.split("::");
  let crate = root, at;
  if (parts[0] === "crate" || parts[0] === "sayso") at = [];
  else if (parts[0] === "sayso_core") { at = []; crate = "crates/core/src"; }
  else if (parts[0] === "super") { at = own.slice(0, -1); }
  else if (parts[0] === "self") at = own;
  else return undefined;
  parts = parts.slice(1);
  while (parts[0] === "super") { at = at.slice(0, -1); parts = parts.slice(1); }
  const whole = [...at, ...parts];
  for (const c of crate === "src" ? ["src", "crates/core/src"] : [crate])
    for (let n = whole.length; n > 0; n--) {
      const found = byModule.get([c, ...whole.slice(0, n)].join("::"));
      // The package's folder of a feature hands out what core has of it.
      if (found && !(c === "src" && n < whole.length && byModule.has(["crates/core/src", ...whole.slice(0, n + 1)].join("::")))) return found;
    }
  return undefined;
}

const code = (path) => readFileSync(path, "utf8").replace(/#\[cfg\(test\)\]\s*(#\[path[^\n]*\n)?\s*mod \w+(;| \{[\s\S]*$)/, "").replace(/^\s*\/\/.*$/gm, "");
const arrows = new Map(files.map((path) => [path, new Set(paths(code(path)).map((p) => resolve(p, path)).filter((to) => to && to !== path))]));

/** The module of the package at the top, such as `account`; all of crates/core counts as one. */
const top = (path) => (path.startsWith("crates/") ? "core" : path.slice(4).split("/")[0].replace(/\.rs$/, ""));
const level = (path) => (top(path) === "core" ? LEVELS.length : LEVELS.findIndex((modules) => modules.includes(top(path))));
const layer = (path) => {
  const name = path.slice(4).split("/")[1]?.replace(/\.rs$/, "") ?? "";
  const at = LAYERS.indexOf(IS_PAGE.has(name) ? "pages" : name);
  return at < 0 ? 2 : at;
};
const wrong = [];
for (const path of files) if (level(path) < 0) wrong.push(`${path}: this module is not in LEVELS yet (scripts/arrows.mjs)`);
const excused = new Map([...readFileSync("ARCHITECTURE.md", "utf8").matchAll(/^\| `(\S+)` → `(\S+)` \|/gm)].map(([, from, to]) => [`${from} ${to}`, false]));
for (const [from, all] of arrows)
  for (const to of all) {
    // What a folder's own mod.rs names is no arrow of its files.
    if (/\/(mod|lib)\.rs$/.test(to) || /\/(mod|lib)\.rs$/.test(from)) continue;
    const within = top(to) === top(from);
    const up = level(to) < level(from) || (level(to) === level(from) && !within) || (within && top(from) !== "core" && layer(to) < layer(from));
    if (!up) continue;
    const short = (path) => path.replace(/^src\//, "");
    const excuse = [...excused.keys()].find((key) => key.split(" ").every((name, i) => [short(from), short(to)][i] === name || (name.endsWith("/") && [short(from), short(to)][i].startsWith(name))));
    if (excuse) excused.set(excuse, true);
    else wrong.push(`${from} → ${to}: this arrow goes up`);
  }
for (const [key, used] of excused) if (!used) wrong.push(`ARCHITECTURE.md excuses ${key.replace(" ", " → ")}, and there is no such arrow`);

// Circles: strongly connected files (Tarjan).
const index = new Map(), low = new Map(), stack = [], on = new Set();
const visit = (v) => {
  index.set(v, index.size); low.set(v, index.get(v)); stack.push(v); on.add(v);
  for (const w of arrows.get(v)) {
    if (/\/(mod|lib)\.rs$/.test(w)) continue;
    if (!index.has(w)) { visit(w); low.set(v, Math.min(low.get(v), low.get(w))); }
    else if (on.has(w)) low.set(v, Math.min(low.get(v), index.get(w)));
  }
  if (low.get(v) === index.get(v)) {
    const circle = [];
    let w;
    do { w = stack.pop(); on.delete(w); circle.push(w); } while (w !== v);
    if (circle.length > 1) wrong.push(`a circle: ${circle.sort().join(", ")}`);
  }
};
for (const path of files) if (!index.has(path) && !/\/(mod|lib)\.rs$/.test(path)) visit(path);

const count = [...arrows.values()].reduce((all, to) => all + to.size, 0);
if (count < 500) wrong.push(`only ${count} arrows were found`);
console.log(`${files.length} files, ${count} arrows`);
if (wrong.length) {
  console.error(wrong.join("\n"));
  process.exit(1);
}
