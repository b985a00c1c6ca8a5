// Whoever leaves the page with an answer half written is asked first.
const written = document.querySelector("form[data-preview]");
let unsent = false;
written.addEventListener("input", () => (unsent = true));
document.addEventListener("submit", () => (unsent = false));
addEventListener("beforeunload", (event) => unsent && event.preventDefault());
