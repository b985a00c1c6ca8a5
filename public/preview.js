// Shows an officer, while they write, what the person who objected will read. The server makes the words: they are those of the mail.
const form = document.querySelector("form[data-preview]");
const letter = form.querySelector(".letter");
let newest = 0;
const show = async () => {
  const turn = ++newest;
  const answer = await fetch(form.dataset.preview, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form)) });
  const text = answer.ok ? await answer.json() : undefined;
  // Typing goes on meanwhile: only the newest answer counts.
  if (text !== undefined && turn === newest) letter.textContent = text;
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
