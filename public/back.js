// The browser's Back may show a page as it was before: with a switch in the place that it had, for whoever was signed in then. Such a
// page is loaded again. One with something typed in it stays as it is, and says so if what it was made for has changed since.
const main = document.querySelector("main");
const changed = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
  if (!field.options) return field.value !== field.defaultValue;
  return field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected));
};
// A form that was refused has what was typed in it, and loading it again would send it again. So has a page that was shown with it.
const typed = () => main.querySelector(".problems, [data-carried]") || [...main.querySelectorAll("input:not([type=hidden]), textarea, select")].some(changed);
const ask = async (path, form) => {
  const answer = await fetch(path, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(form) });
  if (!answer.ok) throw answer.status;
  return answer.json();
};
/** What has changed since this page was made, in one sentence; nothing if nothing has. */
const news = async (madeFor) => {
  try {
    if ((await ask("/api/page-state")) !== madeFor) return "Who is signed in here has changed since then.";
    const { revision, case: number } = main.querySelector("[data-revision]")?.dataset ?? {};
    return revision && String(await ask("/api/case-revision", { case: number })) !== revision && "This case has changed since then.";
  } catch {
    return "We could not check whether anything has changed since.";
  }
};
addEventListener("pageshow", async ({ persisted }) => {
  const made = document.querySelector("[data-made-for]");
  if (!persisted || !made) return;
  if (!typed()) return location.reload();
  document.querySelector("#changed-since")?.remove();
  const is = await news(made.dataset.madeFor);
  if (!is) return;
  const said = document.createElement("p");
  said.id = "changed-since";
  said.className = "said stale";
  said.setAttribute("role", "status");
  main.prepend(said);
  said.textContent = `This is the page as it was before. ${is} What you typed is still here. To see the current page, open it in another window.`;
});
