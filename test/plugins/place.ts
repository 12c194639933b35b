/** A shipped script, copied to a place of its own as to a host: no file of the project is near. */
import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, join } from "node:path";
import { onTestFinished } from "vitest";
import { top } from "../peers.ts";

export interface Ran {
  readonly stdout: string;
  readonly lines: readonly string[];
  readonly stderr: string;
  readonly code: number | null;
}

export interface Place {
  readonly folder: string;
  readonly configDir: string;
  readonly stateDir: string;
  /** Where programs are looked for before all others. */
  readonly programDir: string;
  /** Puts a program there that is a shell script. */
  readonly program: (name: string, script: string) => void;
  readonly run: (script: string, env?: Readonly<Record<string, string>>) => Promise<Ran>;
}

/** Gone again when the test is over. */
export function place(): Place {
  const folder = mkdtempSync(join(tmpdir(), "roundsman-script-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [configDir, stateDir, programDir] = ["config", "state", "bin"].map((name) => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  }) as [string, string, string];
  const PATH = [programDir, process.env["PATH"] ?? ""].join(delimiter);
  const ours = { MK_CONFDIR: configDir, MK_VARDIR: stateDir, MK_LIBDIR: folder, PATH };
  return {
    folder,
    configDir,
    stateDir,
    programDir,
    program: (name, script) =>
      writeFileSync(join(programDir, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 }),
    run(script, env = {}) {
      const path = join(folder, basename(script));
      copyFileSync(join(top, script), path);
      return ended(path, { LC_ALL: "C.UTF-8", ...ours, ...env });
    },
  };
}

const ended = (path: string, env: Record<string, string>): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(path, { env, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
    child.on("error", reject);
    child.on("close", (code) => {
      const text = Buffer.concat(stdout).toString();
      const lines = text.split("\n").slice(0, -1);
      resolve({ stdout: text, lines, stderr: Buffer.concat(stderr).toString(), code });
    });
  });
