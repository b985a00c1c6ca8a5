// The link that is mailed at sign-up, and wherever else an address is to be proved.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Mails that were looked at, by the name of their file: a mail does not change. */
const seen = new Set();
/** The newest link to each address. */
const links = new Map();

/** The newest link to `email` in the mails in `folder`, as a path; waits for one that was not handed out before. */
export async function confirmLink(folder, email) {
  for (const begun = Date.now(); Date.now() - begun < 20_000; await setTimeout(20)) {
    const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".eml") && !seen.has(name)) : [];
    // Their names are in the order in which they were written.
    for (const name of names.sort()) {
      seen.add(name);
      // Quoted-printable (RFC 2045, 6.7), as far as a link and an address need it.
      const mail = readFileSync(join(folder, name), "utf8").replaceAll("=\r\n", "").replaceAll("=3D", "=");
      const to = /^To: (\S+)\r$/m.exec(mail)?.[1];
      const link = /\/confirm\?key=[0-9a-f]+/.exec(mail)?.[0];
      if (to && link) links.set(to, link);
    }
    const link = links.get(email);
    if (link) {
      links.delete(email);
      return link;
    }
  }
  throw new Error(`no mail to ${email} has a link to confirm`);
}
