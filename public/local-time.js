// Adds the local time beside every time in UTC. The text itself stays as the server wrote it.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const add = () => {
  for (const time of document.querySelectorAll("time[datetime]:not([data-local])")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.dataset.local = `${format.format(at)} your time`;
  }
};
add();
new MutationObserver(add).observe(document.body, { childList: true, subtree: true });
