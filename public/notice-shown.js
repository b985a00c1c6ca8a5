// A page that another site had opened may stand in a tab that nobody looks at. Its notice is delivered once the page is visible.
const notice = document.querySelector("[data-shown]");
const tell = () => {
  if (document.visibilityState !== "visible") return;
  document.removeEventListener("visibilitychange", tell);
  fetch(notice.dataset.deliver, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams({ shown: notice.dataset.shown }) });
};
document.addEventListener("visibilitychange", tell);
tell();
