import { LIMIT } from "../scripts/limit.mjs";
import { expect, join, test } from "./app.mjs";

const VISITS = [
  // The account is made beside the page, so the browser's cache is empty and the notice is still to be shown.
  { name: "the tab", path: "/settings/privacy", before: join, shows: "New: please read this", client: true },
  { name: "the objection form", path: "/objection", before: async () => {}, shows: "What you object to", client: false },
];

for (const { name, path: start, before, shows, client } of VISITS) test(`the first visit to ${name} is light`, async ({ page, baseURL, javaScriptEnabled }) => {
  await before(page);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  const loads = new Map();
  const load = (id) => loads.get(id) ?? loads.set(id, {}).get(id);
  cdp.on("Network.responseReceived", ({ requestId, response }) => Object.assign(load(requestId), { response }));
  cdp.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => Object.assign(load(requestId), { bytes: encodedDataLength }));
  await page.goto(start, { waitUntil: "networkidle" });
  await expect(page.getByText(shows)).toBeVisible();

  const rows = [...loads.values()].map(({ response, bytes }) => {
    const path = response.url.replace(baseURL, "");
    expect(response.fromDiskCache, path).toBe(false);
    // Pages are compressed as they are made, files once and for all.
    expect(response.headers["content-encoding"], path).toBe(path === start ? "zstd" : "br");
    return { path, bytes };
  });
  if (!rows.some(({ path }) => path === "/favicon.svg")) {
    // Not every browser asks for the icon; what it would cost is counted all the same.
    rows.push({ path: "/favicon.svg", bytes: (await (await page.request.get("/favicon.svg")).body()).length });
  }
  const sum = (list) => list.reduce((all, { bytes }) => all + bytes, 0);
  const all = sum(rows);
  const wasm = sum(rows.filter(({ path }) => path.endsWith(".wasm")));
  const table = rows.map(({ path, bytes }) => `${String(bytes).padStart(9)}  ${path}`).join("\n");
  console.log(`The first visit to ${name}, headers included:\n${table}\n${String(all).padStart(9)}  in all, at most ${LIMIT.all}; WebAssembly ${wasm}, at most ${LIMIT.wasm}`);

  expect(rows.filter(({ path }) => path === start)).toHaveLength(1);
  expect(wasm > 0, "the client half is loaded where there is an island and scripts run, and only there").toBe(client && javaScriptEnabled);
  expect(wasm).toBeLessThanOrEqual(LIMIT.wasm);
  expect(all).toBeLessThanOrEqual(LIMIT.all);
});
