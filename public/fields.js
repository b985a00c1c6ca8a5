// A password can be shown; it is hidden again when it is sent. And what holds in California alone is asked only in the United States.
// Without this script both fields are there as they are.
for (const field of document.querySelectorAll("input[type=password]")) {
  const label = document.querySelector(`label[for="${field.id}"]`).textContent.toLowerCase();
  const button = document.createElement("button");
  const set = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = `${shown ? "Hide" : "Show"} ${label}`;
  };
  Object.assign(button, { type: "button", className: "as-link" });
  Object.assign(field, { spellcheck: false, autocapitalize: "none" });
  button.addEventListener("click", () => set(field.type === "password"));
  field.form.addEventListener("submit", () => set(false));
  set(false);
  field.after(button);
}
const country = document.querySelector("select#country");
const california = document.querySelector("input#california");
if (country && california) {
  const ask = () => {
    const there = country.value === "US";
    // One that was ticked and refused stays, with what is wrong.
    california.closest(".choice").hidden = !there && !california.hasAttribute("aria-invalid");
    if (!there && !california.hasAttribute("aria-invalid")) california.checked = false;
  };
  country.addEventListener("change", ask);
  // What the browser has filled in again is there by then.
  addEventListener("pageshow", ask);
  ask();
}
