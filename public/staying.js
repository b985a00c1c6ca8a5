// Staff are signed out after ten minutes without doing anything. Typing is doing something: it is told at most once a minute.
// After eight minutes this page says so where it is seen, and can keep them signed in. What was done in another tab counts as well.
const page = document.querySelector("[data-staying]");
const [warning, end] = page.dataset.staying.split(" ").map(Number);
const box = document.createElement("p");
box.className = "said stale staying";
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
const idleFor = () => Date.now() - Number(localStorage.getItem("active"));
const look = () => {
  clearTimeout(timer);
  const idle = idleFor();
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
let asking = false;
const stay = async () => {
  if (asking) return;
  asking = true;
  const answer = await fetch("/api/page-state", { method: "POST", headers: { Accept: "application/json" } }).catch(() => {});
  asking = false;
  if (answer?.ok && (await answer.json()) === page.dataset.madeFor) active();
};
keep.addEventListener("click", stay);
addEventListener("input", () => idleFor() > 60_000 && idleFor() < end && stay());
addEventListener("storage", look);
document.addEventListener("visibilitychange", look);
addEventListener("pageshow", look);
active();
