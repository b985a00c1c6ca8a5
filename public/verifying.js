// A verification that runs: says every two seconds how far it is, and loads the page once it has ended.
const [far, progress] = ["#far", "#progress"].map((found) => document.querySelector(found));
let tens;
const ask = async () => {
  try {
    const answer = await fetch("/api/verification-progress", { method: "POST", headers: { Accept: "application/json" } });
    const now = answer.ok ? await answer.json() : undefined;
    if (now === null) location.reload();
    if (now) [progress.value] = now;
    // A screen reader is not told of each step: the words change by tens.
    const ten = now && Math.floor(now[0] / 10);
    if (now && ten !== tens) {
      tens = ten;
      far.textContent = now[1];
    }
  } catch {
    // No connection: the next time.
  }
  setTimeout(ask, 2_000);
};
setTimeout(ask, 2_000);
