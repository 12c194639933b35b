import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { top } from "../peers.ts";
import { folder, lives, program, until } from "./programs.ts";

const MAIN = join(top, "dist", "waitmax", "main.js");

interface Said {
  readonly code: number | string;
  readonly out: string;
  readonly err: string;
}

const waitmax = (...args: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    execFile(MAIN, args, (error, out, err) => resolve({ code: error?.code ?? 0, out, err }));
  });

/** The same with what a shell adds, such as a pipe to another program. */
const shell = (script: string, ...args: readonly string[]): Promise<Said> =>
  new Promise((resolve) => {
    execFile("sh", ["-c", script, MAIN, ...args], (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });

test("output and exit code of the program are passed on", async () => {
  const said = await waitmax("30", "sh", "-c", "echo out; echo err >&2; exit 9");
  expect(said).toEqual({ code: 9, out: "out\n", err: "err\n" });
});

test("255 when the time was up, with what was said before, torn or not", async () => {
  const said = await waitmax("0.5", program("tears-line"));
  expect(said).toEqual({ code: 255, out: "whole line\nhalf a li", err: "" });
});

test("253 and a line when the program cannot be started", async () => {
  const said = await waitmax("30", "/nonexistent/program");
  expect(said.code).toBe(253);
  expect(said.err).toBe("waitmax: spawn /nonexistent/program ENOENT\n");
});

test("128+N when the program died of signal N", async () => {
  expect((await waitmax("30", "sh", "-c", "kill -9 $$")).code).toBe(137);
});

test.each([
  [["-s", "2", "0.5"], "2"],
  [["-s", "INT", "0.5"], "2"],
  [["-sSIGUSR1", ".5"], "10"],
])("%j sends that signal first", async (args, number) => {
  const script = 'trap "echo got 2; exit" INT; trap "echo got 10; exit" USR1; sleep 20 & wait';
  expect(await waitmax(...args, "sh", "-c", script)).toMatchObject({
    code: 255,
    out: `got ${number}\n`,
  });
});

test("what follows the program belongs to the program", async () => {
  expect((await waitmax("30", "echo", "-s", "-h", "--version")).out).toBe("-s -h --version\n");
});

test.each([
  [["-x", "1", "true"], "unknown option -x"],
  [["-s", "nonsense", "1", "true"], '-s needs a signal, not "nonsense"'],
  [["-s", "0", "1", "true"], '-s needs a signal, not "0"'],
  [["-s"], '-s needs a signal, not ""'],
  [["soon", "true"], 'MAXTIME must be seconds up to 2147483, not "soon"'],
  [["1e9", "true"], 'MAXTIME must be seconds up to 2147483, not "1e9"'],
  [["9999999", "true"], 'MAXTIME must be seconds up to 2147483, not "9999999"'],
  [[], "MAXTIME is missing"],
  [["5"], "PROGRAM is missing"],
])("wrong usage %j is one line and exit code 1", async (args, line) => {
  const said = await waitmax(...args);
  expect(said).toMatchObject({ code: 1, out: "" });
  expect(said.err).toBe(`waitmax: ${line}; usage: waitmax [-s SIGNUM] MAXTIME PROGRAM [ARGS...]\n`);
});

test("help and version are told on stdout", async () => {
  const help = await waitmax("--help");
  expect(help).toMatchObject({ code: 0, err: "" });
  expect(help.out).toContain("loses\nthe pipe, not its life");
  const { version } = JSON.parse(readFileSync(join(top, "package.json"), "utf8")) as {
    version: string;
  };
  expect((await waitmax("-V")).out).toBe(`waitmax ${version}\n`);
});

test("a child that escapes does not hold the caller's pipe", async () => {
  const file = join(folder(), "pid");
  const { code, out } = await shell('"$0" 30 "$@" 2>&1 | cat', program("escapes"), file);
  onTestFinished(() => void process.kill(Number(readFileSync(file, "utf8")), "SIGKILL"));
  expect({ code, out }).toEqual({ code: 0, out: "done\n" });
});

test("large output comes whole through a slow reader", async () => {
  const { out } = await shell('"$0" 30 "$@" | (sleep 0.5; wc -c)', program("writes-much"));
  expect(out.trim()).toBe("168890");
});

test("a reader that goes away ends the program quietly", async () => {
  const { out, err } = await shell('{ "$0" 30 "$@"; echo $? >&2; } | head -1', program("floods"));
  expect(out).toBe("the same line again\n");
  expect(err).toBe("141\n");
});

test("a reader that does not read does not hold up the end", async () => {
  const { err } = await shell('{ "$0" 0.5 "$@"; echo $? >&2; } | sleep 5', program("floods"));
  expect(err).toBe("255\n");
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
] as const)("%s ends the group and is told by the exit code", async (signal, code) => {
  const file = join(folder(), "pid");
  const child = spawn(MAIN, ["60", "sh", "-c", 'echo $$ >"$0"; echo up; sleep 60', file]);
  await once(child.stdout, "data");
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([code, null]);
  await until(() => !lives(Number(readFileSync(file, "utf8"))));
});
