import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { run, type Outcome } from "../../waitmax/run.ts";
import { root, testWith } from "../peers.ts";
import { cgroup, freezer } from "./freezer.ts";
import { folder, lives, until } from "./programs.ts";

const test = testWith(root, freezer);

/** Runs a script that is frozen as soon as it has written its pid, or that of a child, to a file. */
async function frozen(
  script: string,
): Promise<{ outcome: Outcome; pid: number; thaw: () => void }> {
  const { procs, freeze, thaw } = cgroup();
  const file = join(folder(), "pid");
  const env = { PATH: process.env["PATH"] ?? "", PROCS: procs, FILE: file };
  const running = run(["sh", "-c", script], { seconds: 2, env });
  await until(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\n"));
  await freeze();
  return { outcome: await running, pid: Number(readFileSync(file, "utf8")), thaw };
}

test("a program that cannot be killed is left behind two seconds after its deadline", async () => {
  const { outcome, pid, thaw } = await frozen(
    "echo $$ >$PROCS; echo so far; echo $$ >$FILE; sleep 60",
  );
  expect(outcome.timedOut).toBe(true);
  expect(outcome.exitCode ?? outcome.signal).toBeUndefined();
  expect(outcome.stdout.toString()).toBe("so far\n");
  expect(outcome.seconds).toBeLessThan(20);
  expect(outcome.stuck?.pids).toContain(pid);
  expect(lives(pid)).toBe(true);
  thaw();
  await outcome.stuck?.gone;
  expect(lives(pid)).toBe(false);
});

test("a child that cannot be killed is reported though its parent is dead", async () => {
  const { outcome, pid, thaw } = await frozen("sleep 60 & echo $! >$PROCS; echo $! >$FILE; wait");
  expect(outcome).toMatchObject({ signal: "SIGTERM", timedOut: true, stuck: { pids: [pid] } });
  thaw();
  await outcome.stuck?.gone;
  expect(lives(pid)).toBe(false);
});
