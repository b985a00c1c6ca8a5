// Adds the local time beside every time in UTC. The text itself stays as the server wrote it. An element that is used again for
// another time says that other one: what was made is compared with what it was made for.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const made = new WeakMap();
const add = () => {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const { dateTime } = time;
    if (made.get(time) === dateTime) continue;
    made.set(time, dateTime);
    const at = new Date(dateTime);
    // Where the clocks show UTC there is nothing to add.
    if (Number.isNaN(at.getTime()) || at.getTimezoneOffset() === 0) delete time.dataset.local;
    else time.dataset.local = `${format.format(at)} your time`;
  }
};
add();
new MutationObserver(add).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["datetime"], characterData: true });
