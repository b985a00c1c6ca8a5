// Whoever leaves a page with a text that was not sent is asked first: another form of the page takes nothing of it along.
const forms = [...document.forms].filter((form) => form.querySelector("textarea"));
// A page that shows a form again, because it was refused or after signing in, has in it what was typed.
const again = document.querySelector("[role=alert]");
const filled = (form) => [...form.querySelectorAll("textarea")].some((text) => text.value.trim());
const unsent = new Set(forms.filter((form) => again && filled(form)));
let sent;
// What is chosen in an answer counts as well.
for (const form of forms) form.addEventListener("input", () => unsent[filled(form) || form.dataset.preview ? "add" : "delete"](form));
document.addEventListener("submit", (event) => (sent = event.defaultPrevented ? undefined : event.target));
addEventListener("beforeunload", (event) => {
  if ([...unsent].some((form) => form !== sent)) event.preventDefault();
  sent = undefined;
});
