// The browser's Back may show a page as it was before: with a switch in the place that it had, for whoever was signed in then. Such a
// page is loaded again. One with something typed in it stays as it is, and says so if what it was made for has changed since.
const changed = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
};
// A form that was refused has what was typed in it, and loading it again would send it again.
const typed = () => document.querySelector(".problems") || [...document.querySelectorAll("main input:not([type=hidden]), main textarea, main select")].some(changed);
addEventListener("pageshow", async (event) => {
  const made = document.querySelector("main")?.dataset.madeFor;
  if (!event.persisted || !made) return;
  if (!typed()) return location.reload();
  const answer = await fetch("/api/page-state", { method: "POST", headers: { Accept: "application/json" } });
  if (!answer.ok || document.querySelector("#changed-since")) return;
  const [who, newest] = (await answer.json()).split(" ");
  const seen = document.querySelector("input[name=seen]");
  if (who === made && (!seen || seen.value === newest)) return;
  const said = document.createElement("p");
  said.id = "changed-since";
  said.className = "said stale";
  said.setAttribute("role", "status");
  document.querySelector("main").prepend(said);
  said.textContent = "This page is from before: who is signed in, or your setting, has changed since. What you typed is still here. Reload the page to see what holds now.";
});
