// After an answer the island puts into the body's data-told what the card has to show, line by line (TabView::shows). Where the page
// shows something else, because a translator or an extension holds on to a part of it, it is loaded anew, and says again what was said.
const PLACES = ["#ai-switch .state", "#ai-now .sentence", "#ai-said .ref", "#ai-said .stale", ".ends strong", "tbody tr:first-child .ref"];
const card = () => document.querySelector("article[aria-labelledby=ai]");
const all = (css, of) => [...card().querySelectorAll(css)].map(of).join(" and ");
const shown = () => [all("#ai-switch", (button) => button.getAttribute("aria-checked")), ...PLACES.map((css) => all(css, (place) => place.textContent))];
const anew = (stale) => {
  history.replaceState({ stale }, "");
  location.reload();
};

let again;
const said = () => card().querySelector("#ai-said");
if (history.state?.stale !== undefined) {
  const { stale } = history.state;
  history.replaceState(null, "");
  // Once the island is awake, or has been put back: until then it may be replaced.
  new PerformanceObserver((_, observer) => {
    observer.disconnect();
    if (stale) {
      again = document.createElement("p");
      again.className = "said stale";
      again.textContent = stale;
      said().prepend(again);
    }
    said().focus();
  }).observe({ type: "mark", buffered: true });
}

new MutationObserver(() => {
  again?.remove();
  const told = document.body.dataset.told.split("\n");
  // The card is made anew meanwhile, and before any translator has had the time to put it into other words.
  setTimeout(() => shown().some((text, i) => text !== told[i]) && anew(told[4]));
}).observe(document.body, { attributes: true, attributeFilter: ["data-told"] });

// Where the client half breaks in the middle of a press, nobody knows what the page shows.
let pressed = false;
addEventListener("submit", () => (pressed = true), true);
for (const kind of ["error", "unhandledrejection"]) {
  addEventListener(kind, ({ error, reason }) => pressed && (error ?? reason) instanceof WebAssembly.RuntimeError && anew(""));
}
