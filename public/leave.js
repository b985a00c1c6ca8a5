// Whoever leaves a page with a text that was not sent is asked first: another form of the page takes nothing of it along.
const forms = [...document.forms].filter((form) => form.querySelector("textarea"));
// A page that shows a form again, because it was refused or after signing in, has in it what was typed.
const again = document.querySelector("[role=alert]");
const filled = (form) => [...form.querySelectorAll("textarea")].some((text) => text.value.trim());
// What is chosen in an answer counts as well.
const counts = (form) => filled(form) || form.dataset.preview;
// Somebody may have typed before this script was there, and a browser puts back what was typed.
const touched = (form) => [...form.elements].some((field) => field.checked !== field.defaultChecked || (field.type === "textarea" && field.value !== field.defaultValue));
const unsent = new Set(forms.filter((form) => (touched(form) ? counts(form) : again && filled(form))));
let sent;
for (const form of forms) form.addEventListener("input", () => unsent[counts(form) ? "add" : "delete"](form));
document.addEventListener("submit", (event) => (sent = event.defaultPrevented ? undefined : event.target));
addEventListener("beforeunload", (event) => {
  if ([...unsent].some((form) => form !== sent)) event.preventDefault();
  sent = undefined;
});
