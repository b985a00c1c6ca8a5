// Adds the local time beside every time in UTC. The text itself stays as the server wrote it. What stands there is compared with what
// has to: an element may be used again for another time, or copied, and what was added to it may be taken off.
const format = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const known = new Map();
/** What stands beside a time: nothing where the clocks show UTC then. */
const beside = (dateTime) => {
  const at = new Date(dateTime);
  return Number.isNaN(at.getTime()) || at.getTimezoneOffset() === 0 ? undefined : `${format.format(at)} your time`;
};
const add = () => {
  for (const time of document.querySelectorAll("time[datetime], time[data-local]")) {
    const { dateTime, dataset } = time;
    if (!known.has(dateTime)) known.set(dateTime, beside(dateTime));
    const local = known.get(dateTime);
    if (dataset.local === local) continue;
    if (local) dataset.local = local;
    else delete dataset.local;
  }
};
add();
new MutationObserver(add).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["datetime", "data-local"] });
