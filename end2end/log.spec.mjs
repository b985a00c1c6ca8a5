// The public log, explained to a person; and a receipt that is checked in the browser: nothing of it is sent, and what was changed is
// refused. Without JavaScript the page says how to check by hand.
import { readFileSync } from "node:fs";
import { checked, expect, said, signUp, test, theSwitch } from "./app.mjs";
import { scripted } from "./checked.mjs";

/** A receipt as its owner downloads it, and the path of the page it is on. */
async function download(page) {
  await signUp(page);
  await theSwitch(page).click();
  await expect(said(page)).toContainText("Saved as receipt");
  await page.goto("/settings/privacy/history");
  await page.getByRole("row").nth(1).getByRole("link").click();
  const link = page.getByRole("link", { name: "Download receipt" });
  await expect(async () => {
    await page.reload();
    await expect(link).toBeVisible({ timeout: 500 });
  }).toPass();
  const answer = await page.request.get(await link.getAttribute("href"));
  return answer.body();
}

test("the confirmation after a press leads to the receipt, which is one page to print", async ({ page }) => {
  await signUp(page);
  await theSwitch(page).click();
  await expect(said(page)).toContainText("Saved as receipt");
  const number = await said(page).getByRole("link").textContent();
  await said(page).getByRole("link").click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Receipt ${number}`);
  // At the latest a second later it is in the log.
  await expect(async () => {
    const again = page.getByRole("link", { name: "Look again" });
    if (await again.isVisible()) await again.click();
    await expect(page.getByRole("link", { name: "Receipt to print" })).toBeVisible({ timeout: 500 });
  }).toPass();
  await page.getByRole("link", { name: "Receipt to print" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`Receipt ${number}, to print`);
  await checked(page);
  // On paper there is nothing to press, and no line is cut off: no text is wider than the paper.
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize({ width: 718, height: 1000 });
  for (const name of ["Data privacy", "Sign out", "Back to this entry"]) await expect(page.getByText(name, { exact: true })).toBeHidden();
  await expect(page.getByText("The entry, byte for byte")).toBeVisible();
  const cut = await page.evaluate(() => [...document.querySelectorAll(".sheet *")].filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline").map((one) => one.outerHTML.slice(0, 80)));
  expect(cut).toEqual([]);
});

test("the public log is explained, and leads to what it says", async ({ page }) => {
  await page.goto("/log");
  await expect(page.getByRole("heading", { name: "Our public log" })).toBeVisible();
  await expect(page.getByText(/^[0-9a-f]{4}( [0-9a-f]{4}){7}$/).first()).toBeVisible();
  for (const [name, path] of [["The checkpoint", "/log/checkpoint"], ["The keys", "/log/keys"]]) {
    await expect(page.getByRole("link", { name })).toHaveAttribute("href", path);
    expect((await page.request.get(path)).status()).toBe(200);
  }
  await page.getByRole("link", { name: "Check a receipt" }).click();
  await expect(page).toHaveURL("/log/check");
  await expect(page.getByText("python3 check.py --vkey '")).toBeVisible();
  // What only a script can do is not offered where none runs.
  await expect(page.getByLabel("Receipt")).toBeVisible({ visible: await scripted(page) });
});

test("a receipt is checked in the browser, and what was changed is refused @script", async ({ page }) => {
  const receipt = await download(page);
  const vkey = (await (await page.request.get("/log/keys")).text()).split(" ")[0];
  await page.goto("/log/check");
  // Nothing is loaded before there is a receipt, and from then on only our own code is asked for.
  const asked = [];
  page.on("request", (request) => asked.push(`${request.method()} ${new URL(request.url()).pathname}`));
  const file = (name, buffer) => page.getByLabel("Receipt").setInputFiles({ name, mimeType: "application/zip", buffer });
  const verdict = page.locator("#verdict");
  await file("receipt.zip", receipt);
  await expect(verdict).toContainText("Not proved yet: receipt.zip. Entry ");
  await checked(page);
  await page.getByLabel("Key of the log (optional)").fill(vkey);
  await page.getByLabel("Key of the log (optional)").blur();
  await expect(verdict).toContainText("Genuine: receipt.zip. Entry ");
  await expect(verdict).toContainText("Proved, with the keys of the policy that you gave.");
  await checked(page);
  const changed = Buffer.from(receipt);
  const at = changed.indexOf('"choice":"') + 10;
  changed.write(changed.toString("latin1", at, at + 6) === "denied" ? "allowe" : "denied", at, "latin1");
  await file("changed.zip", changed);
  await expect(verdict).toContainText("Refused: changed.zip.");
  await file("other.zip", Buffer.from("This is no receipt."));
  await expect(verdict).toContainText("It is not a receipt, or only a part of one.");
  await file("large.zip", Buffer.alloc(3 * 1024 * 1024));
  await expect(verdict).toContainText("It is larger than a receipt or a pack can be.");
  await page.getByLabel("Key of the log (optional)").fill("not a key");
  await file("receipt.zip", receipt);
  await expect(verdict).toContainText("The key is not one of a log");
  await checked(page);
  expect(asked.every((path) => /^GET \/pkg\/checker-/.test(path)), asked.join(", ")).toBe(true);
  expect(asked.length).toBe(2);
});

test("a receipt can be dropped on the page @script", async ({ page }) => {
  const receipt = await download(page);
  await page.goto("/log/check");
  const data = await page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(bytes)], "dropped.zip", { type: "application/zip" }));
    return transfer;
  }, [...receipt]);
  await page.dispatchEvent("#checking", "drop", { dataTransfer: data });
  await expect(page.locator("#verdict")).toContainText("Not proved yet: dropped.zip.");
});

test("no page but this one loads what checks receipts", async ({ page }) => {
  expect(readFileSync("public/check.js", "utf8")).toContain("import(");
  for (const path of ["/sign-in", "/log", "/log/check"]) {
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    await page.goto(path);
    await page.waitForLoadState("networkidle");
    expect(asked.filter((url) => url.includes("checker-"))).toEqual([]);
  }
});
