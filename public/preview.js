// Shows an officer, while they write, what the person who objected will read. The server makes the words: they are those of the mail.
// What stands there is always about what is typed: where there is no answer about it, the page says that instead.
const form = document.querySelector("form[data-preview]");
const letter = form.querySelector(".letter");
let newest = 0;
const made = async () => {
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)) });
    if (answer.ok) return await answer.json();
  } catch {
    // No connection.
  }
  return "We cannot show what they will read at the moment. What you typed is still here.";
};
const show = async () => {
  const turn = ++newest;
  const text = await made();
  // Typing goes on meanwhile: only the newest answer counts.
  if (turn === newest) letter.textContent = text;
};
let timer;
form.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, 250);
});
form.querySelector("button[value=preview]").addEventListener("click", (event) => {
  event.preventDefault();
  show();
});
show();
