// The queue: ticks all cases without loading the page again, and says each minute how many have changed since it was loaded.
const form = document.querySelector("form[data-changes]");
const boxes = [...form.querySelectorAll("input[name='cases[]']")];
form.querySelector("[data-all]").addEventListener("click", (event) => {
  event.preventDefault();
  const ticked = boxes.some((box) => !box.checked);
  for (const box of boxes) box.checked = ticked;
});
const changed = document.querySelector("#changed");
const again = document.createElement("a");
again.href = location.pathname + location.search;
again.textContent = "Load again";
const ask = async () => {
  if (document.visibilityState !== "visible") return;
  const asked = new URLSearchParams({ shown: form.dataset.changes, since: form.dataset.since });
  try {
    const answer = await fetch("/api/queue-changes", { method: "POST", headers: { Accept: "application/json" }, body: asked });
    const text = answer.ok && (await answer.json());
    if (text && !changed.textContent.startsWith(text)) changed.replaceChildren(`${text} `, again);
  } catch {
    // No connection: the next time.
  }
};
setInterval(ask, 60_000);
document.addEventListener("visibilitychange", ask);
