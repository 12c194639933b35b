/** Installs and builds what is missing or out of date; runs before anything is installed. */
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const top = dirname(dirname(fileURLToPath(import.meta.url)));
export const manifest = JSON.parse(readFileSync(join(top, "package.json"), "utf8"));

const sources = [
  "wire",
  "waitmax",
  "agent",
  "poller",
  "test/bench",
  "tsconfig.json",
  "tsconfig.build.json",
];

/** Runs a command in the project's folder, its output passed on; resolves with the exit code. */
export const run = (command, args, options = {}) =>
  new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: top, stdio: "inherit", ...options });
    child.on("error", fail);
    child.on("exit", (code, signal) => done(signal ? 1 : (code ?? 1)));
  });

/** Runs a program of an installed package by Node itself, so that PATH need not know it. */
export const runPackage = (path, args, options) =>
  run(process.execPath, [join(top, "node_modules", path), ...args], options);

/** Leaves with one line for people. */
export const leave = (line, code = 1) => {
  process.stderr.write(`${line}\n`);
  process.exit(code);
};

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

function newest(path) {
  const full = join(top, path);
  if (!existsSync(full)) return 0;
  if (!statSync(full).isDirectory()) return modified(full);
  const below = readdirSync(full).map((name) => newest(join(path, name)));
  return Math.max(modified(full), ...below);
}

async function install(say) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 20))
    leave(`roundsman needs Node ${manifest.engines.node}; this is ${process.versions.node}`);
  const packages = join(top, "node_modules");
  // Packages that are only linked to belong to somebody else: npm ci would delete them there.
  if (lstatSync(packages, { throwIfNoEntry: false })?.isSymbolicLink()) return;
  const installed = join(packages, ".package-lock.json");
  if (modified(installed) >= modified(join(top, "package-lock.json"))) return;
  say("installing packages (npm ci) …");
  // npm tells its own path to the scripts it runs; by hand, PATH knows it.
  const npm = process.env.npm_execpath;
  const args = ["ci", "--include=dev", "--no-fund", "--no-audit"];
  const code = await (npm ? run(process.execPath, [npm, ...args]) : run("npm", args));
  if (code !== 0) leave("npm ci failed: see above");
}

async function build(say) {
  const stamp = join(top, "dist", ".built");
  if (modified(stamp) >= Math.max(...sources.map(newest))) return;
  say("building …");
  const started = new Date();
  // Built aside and moved into place, so that nobody ever sees half of it.
  const aside = join(top, `dist.${process.pid}`);
  const code = await runPackage("typescript/bin/tsc", [
    "-p",
    "tsconfig.build.json",
    "--outDir",
    aside,
  ]);
  if (code !== 0) {
    rmSync(aside, { recursive: true, force: true });
    leave("the build failed: see above");
  }
  for (const path of Object.values(manifest.bin))
    chmodSync(join(aside, path.slice("dist/".length)), 0o755);
  writeFileSync(join(aside, ".built"), `${started.toISOString()}\n`);
  rmSync(join(top, "dist"), { recursive: true, force: true });
  renameSync(aside, join(top, "dist"));
}

/** Makes the clone ready: packages installed and, unless told otherwise, dist built. */
export async function prepare({
  built = true,
  say = (line) => process.stdout.write(`${line}\n`),
} = {}) {
  await install(say);
  if (built) await build(say);
}

/** For vitest: before any test runs. */
export const setup = () => prepare();

if (process.argv[1] === fileURLToPath(import.meta.url)) await prepare();
