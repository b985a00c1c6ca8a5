// What the stories of members who were brought in share: the command line, and the link in their mail.
import { expect } from "@playwright/test";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mailTo } from "./cases.mjs";
import { freshEmail, sayso, send } from "./app.mjs";

/** Brings one member in, as the platform does; returns the address. */
export function bringIn() {
  const email = freshEmail();
  const file = join(mkdtempSync(join(tmpdir(), "sayso-people-")), "members.csv");
  writeFileSync(file, `id,email,name,country,joined\n${email},${email},Ada Lovelace,US,2019-05-01\n`);
  expect(sayso(["members", "import", file])).toContain("1 member was imported.");
  return email;
}

/** The path of the link that was mailed to `email`, once the mail is there. */
export const mailedLink = async (email) => /\/welcome\?key=\S+/.exec((await mailTo(email, /^Set your password/)).text)[0];

/** A member who was brought in, and whose link is in their mail. */
export async function invited(page) {
  const email = bringIn();
  await send(page, "/api/send-welcome-link", { email });
  return { email, link: await mailedLink(email) };
}
