/** `npm start`: an agent and a poller on this machine, until Ctrl-C. */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { leave, manifest, prepare, top } from "./prepare.mjs";

const AGENT = process.env.ROUNDSMAN_AGENT_LISTEN || "127.0.0.1:6556";
const POLLER = "127.0.0.1:9656";
const STOP_SECONDS = 10;

const print = (line = "") => process.stdout.write(`${line}\n`);
print(`roundsman ${manifest.version}`);
await prepare({ say: (line) => print(`  ${line}`) });
const started = Date.now();

const home = join(top, ".roundsman");
const folder = (name) => {
  mkdirSync(join(home, name), { recursive: true });
  return join(home, name);
};
const folders = ["--plugins", folder("plugins"), "--local", folder("local")];
folders.push("--config-dir", folder("config"), "--state-dir", folder("state"));

const children = [];
let stopping = false;

/** Starts one of the two; resolves with the URL, if any, in its line "ready". */
const launch = (name, path, args) =>
  new Promise((ready) => {
    const child = spawn(join(top, path), args, { cwd: top, stdio: ["ignore", "pipe", "pipe"] });
    children.push(child);
    let pending = "";
    const show = (chunk) => {
      const lines = (pending + chunk).split("\n");
      pending = lines.pop();
      for (const line of lines)
        if (line.startsWith("ready")) ready(/http:\S+/.exec(line)?.[0]);
        else print(`  ${name}: ${line}`);
    };
    child.stdout.setEncoding("utf8").on("data", show);
    child.stderr.setEncoding("utf8").on("data", show);
    child.on("error", (error) => leave(`${name}: cannot be started: ${error.message}`));
    child.on("close", (code, signal) => {
      if (pending) print(`  ${name}: ${pending}`);
      if (stopping) return;
      print(`${name} ended (${signal ?? `exit code ${code}`}); stopping`);
      stop(1);
    });
  });

function stop(code) {
  if (stopping) return;
  stopping = true;
  const alive = children.filter((child) => child.exitCode === null && child.signalCode === null);
  const gone = alive.map((child) => new Promise((done) => child.on("close", done)));
  for (const child of alive) child.kill("SIGTERM");
  setTimeout(() => children.forEach((child) => child.kill("SIGKILL")), STOP_SECONDS * 1000).unref();
  Promise.all(gone).then(() => process.exit(code));
}
// Whoever read our lines is gone, so nobody could stop the two.
process.stdout.on("error", () => stop(1));
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    if (!stopping) print("\nstopping …");
    stop(0);
  });
}

print("  starting …");
await launch("agent", manifest.bin["roundsman-agent"], ["serve", "--listen", AGENT, ...folders]);
const config = join(home, "poller.yaml");
const own = existsSync(config) ? ["--config", config] : ["--listen", POLLER];
const url = await launch("poller", manifest.bin["roundsman-poller"], [
  "serve",
  ...own,
  "--state-dir",
  join(home, "poller"),
]);
print(`ready in ${((Date.now() - started) / 1000).toFixed(1)} s

  agent    ${AGENT}                  nc ${AGENT.replace(":", " ")}
  poller   ${url}           its page; metrics: curl ${url.slice("http://".length)}/metrics
  states   ./dist/poller/main.js check ${AGENT}
  plugins  .roundsman/plugins, local checks in .roundsman/local: drop an executable in
           and see it in the next poll; a .roundsman/poller.yaml is used if it is there
  Ctrl-C stops both`);
