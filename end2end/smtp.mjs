// A mail server to test against: `node end2end/smtp.mjs PORT FOLDER`. Each message it answers for stands in FOLDER as N.eml, as it came,
// and as N.json, as mailparser reads it; N.json is there whole or not at all. On SIGTERM it finishes the messages in hand, takes no
// other, and ends.
//
// SMTP_TLS=smtps or starttls, with SMTP_KEY and SMTP_CERT (PEM files; without them a certificate that nobody has signed).
// SMTP_USER=name:password asks for one. SMTP_STOP_AFTER=N: a SIGTERM of its own, while it has the Nth message in hand. Recipients:
// "gone…" gets 550, "later…" 451 the first time; a message to "slow…" is held, which FOLDER/held says, until there is FOLDER/release.
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { simpleParser } from "mailparser";
import { SMTPServer } from "smtp-server";

const [port, folder] = process.argv.slice(2);
const { SMTP_TLS: tls, SMTP_KEY: key, SMTP_CERT: cert, SMTP_USER: user, SMTP_STOP_AFTER: stopAfter } = process.env;
mkdirSync(folder, { recursive: true });
let count = readdirSync(folder).filter((name) => name.endsWith(".json")).length;
let ending = false;
const putOff = new Set();

const refusal = (responseCode, message) => Object.assign(new Error(message), { responseCode });
const server = new SMTPServer({
  secure: tls === "smtps",
  ...(key && { key: readFileSync(key), cert: readFileSync(cert) }),
  disabledCommands: [...(tls ? [] : ["STARTTLS"]), ...(user ? [] : ["AUTH"])],
  closeTimeout: 2_000,
  onAuth({ username, password }, _session, done) {
    done(`${username}:${password}` === user ? null : refusal(535, "wrong password"), { user: username });
  },
  onMailFrom(_address, _session, done) {
    done(ending ? refusal(421, "closing") : null);
  },
  onRcptTo({ address }, _session, done) {
    if (address.startsWith("gone")) return done(refusal(550, `<${address}> is not here`));
    if (address.startsWith("later") && !putOff.has(address)) {
      putOff.add(address);
      return done(refusal(451, `<${address}> is greylisted`));
    }
    done();
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", () => store(Buffer.concat(chunks), session).then(() => done(null, "taken"), done));
  },
});

async function store(bytes, session) {
  if (session.envelope.rcptTo.some(({ address }) => address.startsWith("slow"))) {
    writeFileSync(join(folder, "held"), "");
    while (!existsSync(join(folder, "release"))) await setTimeout(20);
  }
  const mail = await simpleParser(bytes, { skipTextToHtml: true, skipHtmlToText: true, skipTextLinks: true });
  const { messageId, subject, text, html, date } = mail;
  const headers = Object.fromEntries(mail.headerLines.map(({ key, line }) => [key, line]));
  const to = session.envelope.rcptTo.map((recipient) => recipient.address);
  const read = { messageId, subject, from: mail.from.text, to, text, html, date, headers, secure: session.secure, hello: session.hostNameAppearsAs };
  const name = join(folder, String(count++));
  writeFileSync(`${name}.eml`, bytes);
  writeFileSync(`${name}.unfinished`, JSON.stringify(read));
  renameSync(`${name}.unfinished`, `${name}.json`);
  if (count === Number(stopAfter)) process.kill(process.pid, "SIGTERM");
}

// A client that goes away in the middle is what some tests are about.
server.on("error", (error) => console.error(`smtp.mjs: ${error.message}`));
server.listen(Number(port), "127.0.0.1", () => console.log("ready"));
process.on("SIGTERM", () => {
  ending = true;
  server.close(() => process.exit(0));
});
