// Staff are signed out after ten minutes without doing anything. After eight this page says so, and can keep them signed in. What
// was done in another tab counts as well.
const page = document.querySelector("[data-staying]");
const [warning, end] = page.dataset.staying.split(" ").map(Number);
const box = document.createElement("p");
box.className = "said stale";
box.setAttribute("role", "alert");
const keep = document.createElement("button");
keep.className = "button";
keep.textContent = "Stay signed in";
const again = document.createElement("a");
again.href = "/sign-in";
again.target = "_blank";
again.rel = "noopener";
again.textContent = "Sign in again in a new window";
const show = (text, control) => {
  if (box.textContent.startsWith(text)) return;
  page.prepend(box);
  box.replaceChildren(text, control);
};
let timer;
const look = () => {
  clearTimeout(timer);
  const idle = Date.now() - Number(localStorage.getItem("active"));
  if (idle < warning) box.remove();
  else if (idle < end) show("You will soon be signed out, because you have done nothing here for eight minutes. ", keep);
  else show("You were signed out after ten minutes of inactivity. What you typed is still here. ", again);
  const next = [warning, end].find((at) => idle < at);
  if (next) timer = setTimeout(look, next - idle);
};
const active = () => {
  localStorage.setItem("active", Date.now());
  look();
};
keep.addEventListener("click", async () => {
  const answer = await fetch("/api/page-state", { method: "POST", headers: { Accept: "application/json" } });
  if (answer.ok) active();
});
addEventListener("storage", look);
document.addEventListener("visibilitychange", look);
addEventListener("pageshow", look);
active();
