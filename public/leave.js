// Whoever leaves the page with an answer half written is asked first.
const written = document.querySelector("form[data-preview]");
let unsent = false;
written.addEventListener("input", () => (unsent = true));
// Another form of the page takes nothing of it along.
document.addEventListener("submit", (event) => event.target === written && (unsent = false));
addEventListener("beforeunload", (event) => unsent && event.preventDefault());
