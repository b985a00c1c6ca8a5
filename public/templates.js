// Puts the chosen template into its field at once, below what stands there. Without a script the server does the same.
for (const box of document.querySelectorAll("[data-template]")) {
  const field = document.getElementById(box.dataset.template);
  box.querySelector("button").addEventListener("click", (event) => {
    const { text } = box.querySelector("select").selectedOptions[0].dataset;
    // The server says that none was chosen.
    if (text === undefined) return;
    event.preventDefault();
    const typed = field.value.trimEnd();
    field.value = typed ? `${typed}\n\n${text}` : text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
