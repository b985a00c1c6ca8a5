// Runs a command that prints as it goes. If it is silent for too long, what still runs is listed, the command is ended, and
// this fails: a browser that never answers would otherwise use up all the time of a run, and nobody would know at what.
// Usage: node scripts/watched.mjs MINUTES COMMAND [ARGUMENT…]
import { execFileSync, spawn } from "node:child_process";

const [minutes, command, ...args] = process.argv.slice(2);
// A process group of its own, so that what the command started is ended with it.
const child = spawn(command, args, { stdio: ["inherit", "pipe", "pipe"], detached: true });
const end = (signal) => {
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
};
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => end(signal));

const silent = () => {
  console.error(`» Nothing was printed for ${minutes} minutes. What still runs:`);
  const all = execFileSync("ps", ["-eo", "ppid,pid,stat,wchan:20,etimes,args", "--forest"], { maxBuffer: 1 << 26 }).toString();
  // Threads of the kernel are children of process 2.
  for (const line of all.split("\n").filter((line) => !/^ *2 /.test(line))) console.error(line.slice(0, 160));
  end("SIGKILL");
  process.exit(1);
};
let timer = setTimeout(silent, minutes * 60_000);
for (const [from, to] of [[child.stdout, process.stdout], [child.stderr, process.stderr]]) {
  from.on("data", (printed) => {
    timer.refresh();
    to.write(printed);
  });
}
child.on("error", (error) => {
  console.error(`» ${command}: ${error.message}`);
  process.exit(1);
});
// Not "close": something that was left behind may hold the pipes open for ever.
child.on("exit", (code, signal) => {
  clearTimeout(timer);
  end("SIGKILL");
  setTimeout(() => process.exit(signal ? 1 : code), 200);
});
