// A receipt is checked here, by the code that the command has: nothing of it is sent. The code is loaded with the first receipt.
const [part, receipt, key, verdict] = ["#checking", "#receipt", "#vkey", "#verdict"].map((found) => document.querySelector(found));
const LONGEST = 1024 * 1024;
const TITLES = { proved: "Genuine", agrees: "Not proved yet", refused: "Refused" };
let loaded;
const load = async () => {
  const checker = await import(`/pkg/${part.dataset.module}`);
  await checker.default({ module_or_path: `/pkg/${part.dataset.module.replace(/\.js$/, "_bg.wasm")}` });
  return checker;
};
const says = (kind, text) => {
  const title = Object.assign(document.createElement("strong"), { textContent: `${TITLES[kind]}: ` });
  const lines = text.trim().split("\n").flatMap((line, i) => (i ? [document.createElement("br"), line] : [line]));
  const said = Object.assign(document.createElement("p"), { className: kind === "proved" ? "said" : "said wrong" });
  const words = document.createElement("span");
  words.append(title, ...lines);
  said.append(words);
  verdict.replaceChildren(said);
};
const check = async (file) => {
  if (!file) return;
  try {
    // One byte more than a receipt can have: the rest of a large file is not read.
    const bytes = new Uint8Array(await file.slice(0, LONGEST + 1).arrayBuffer());
    loaded ??= load();
    const [kind, ...text] = (await loaded).checked(bytes, key.value).split("\n");
    says(kind, `${file.name}. ${text.join("\n")}`);
  } catch {
    loaded = undefined;
    says("refused", "The check could not be run. Reload this page, or check by hand, as described below.");
  }
};
if (part.dataset.module) {
  part.hidden = false;
  receipt.addEventListener("change", () => check(receipt.files[0]));
  key.addEventListener("change", () => check(receipt.files[0]));
  part.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  part.addEventListener("dragover", (event) => event.preventDefault());
  part.addEventListener("drop", (event) => {
    event.preventDefault();
    const { files } = event.dataTransfer;
    if (!files.length) return;
    receipt.files = files;
    check(files[0]);
  });
}
