// Whose form it is, and a refused form that comes back in the answer itself.
import { expect, signIn, test } from "./app.mjs";

test("a form that another page sends is refused on a page that says what to do", async ({ page, baseURL }) => {
  await page.goto("about:blank");
  await page.setContent(`<form method="post" action="${baseURL}/api/submit-objection"><input name="reason" value="Written elsewhere"><button>Send</button></form>`);
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === "/api/submit-objection");
  await page.getByRole("button", { name: "Send" }).click();
  expect((await answer).status()).toBe(403);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("This form was not accepted");
  await expect(page.getByText("Nothing was changed.")).toBeVisible();
  // What another site has written is not shown as if it were ours.
  await expect(page.getByText("Written elsewhere")).toHaveCount(0);
});

test("a refused form is the answer itself, and takes no cookie", async ({ page, context }) => {
  const answer = page.waitForResponse((response) => new URL(response.url()).pathname === "/api/sign-in");
  await signIn(page, "nobody@example.org", "wrong-horse-battery");
  expect((await answer).status()).toBe(422);
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("E-mail address")).toHaveValue("nobody@example.org");
  expect(await context.cookies()).toEqual([]);
});
