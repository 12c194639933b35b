import { readFileSync, writeFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { endAll, run } from "../../waitmax/run.ts";
import { folder, lives, program, until } from "./programs.ts";

const pidIn = (file: string): number => Number(readFileSync(file, "utf8"));

test("a program that ends by itself gives its output and its exit code", async () => {
  const outcome = await run(["sh", "-c", "printf 'a\\0\\377b'; echo oops >&2; exit 7"], {
    seconds: 30,
  });
  expect(outcome).toMatchObject({ exitCode: 7, timedOut: false, tooLarge: false });
  expect([...outcome.stdout]).toEqual([97, 0, 255, 98]);
  expect(outcome.stderr).toBe("oops\n");
});

test("a program that dies of a signal says which one", async () => {
  const outcome = await run(["sh", "-c", "echo whole; printf torn; kill -SEGV $$"], {
    seconds: 30,
  });
  expect(outcome.signal).toBe("SIGSEGV");
  expect(outcome.exitCode).toBeUndefined();
  expect(outcome.stdout.toString()).toBe("whole\n");
});

test("stdin is empty and the environment is the given one", async () => {
  const outcome = await run(["/bin/sh", "-c", "readlink /proc/$$/fd/0; env; cat"], {
    seconds: 30,
    env: { ONLY: "this" },
    cwd: "/",
  });
  const lines = outcome.stdout.toString().split("\n");
  expect(lines[0]).toBe("/dev/null");
  expect(lines).toContain("ONLY=this");
  expect(lines.some((line) => line.startsWith("HOME="))).toBe(false);
});

test("what a program leaves in its group is killed, and its pipe is not waited for", async () => {
  const file = join(folder(), "pid");
  const outcome = await run([program("leaves-child"), file], { seconds: 30 });
  expect(outcome).toMatchObject({ exitCode: 0, timedOut: false });
  expect(outcome.stdout.toString()).toBe("done\n");
  expect(outcome.seconds).toBeLessThan(20);
  expect(outcome.stuck).toBeUndefined();
  await until(() => !lives(pidIn(file)));
});

test("a child in a session of its own loses the pipe, not its life", async () => {
  const file = join(folder(), "pid");
  const outcome = await run([program("escapes"), file], { seconds: 30 });
  onTestFinished(() => void process.kill(pidIn(file), "SIGKILL"));
  expect(outcome).toMatchObject({ exitCode: 0, timedOut: false });
  expect(outcome.stdout.toString()).toBe("done\n");
  expect(outcome.seconds).toBeLessThan(20);
  expect(lives(pidIn(file))).toBe(true);
});

test("a program that hangs is ended at its deadline; its torn last line is dropped", async () => {
  const outcome = await run([program("tears-line")], { seconds: 0.5 });
  expect(outcome).toMatchObject({ signal: "SIGTERM", timedOut: true });
  expect(outcome.stdout.toString()).toBe("whole line\n");
  expect(outcome.seconds).toBeLessThan(20);
});

test("a program that ignores SIGTERM is killed", async () => {
  const outcome = await run([program("ignores-term")], { seconds: 0.5 });
  expect(outcome).toMatchObject({ signal: "SIGKILL", timedOut: true });
  expect(outcome.stdout.toString()).toBe("alive\n");
});

test("a stopped program still gets its signal", async () => {
  const outcome = await run(
    ["sh", "-c", "trap 'echo told; exit 4' TERM; echo up; kill -STOP $$; sleep 60"],
    { seconds: 0.5 },
  );
  expect(outcome).toMatchObject({ exitCode: 4, timedOut: true });
  expect(outcome.stdout.toString()).toBe("up\ntold\n");
});

test("the first signal can be chosen", async () => {
  const outcome = await run(["sleep", "60"], { seconds: 0.2, signal: "SIGINT" });
  expect(outcome.signal).toBe("SIGINT");
});

test("a program that closes its outputs is still held to its deadline", async () => {
  const outcome = await run([program("closes-stdout")], { seconds: 0.5 });
  expect(outcome).toMatchObject({ signal: "SIGTERM", timedOut: true });
  expect(outcome.stdout.toString()).toBe("said\n");
});

test("a program that floods is killed at the cap; the whole lines below it are kept", async () => {
  const outcome = await run([program("floods")], { seconds: 30, maxBytes: 100_001 });
  expect(outcome).toMatchObject({ signal: "SIGKILL", tooLarge: true, timedOut: false });
  const line = "the same line again\n";
  expect(outcome.stdout.toString()).toBe(line.repeat(Math.floor(100_001 / line.length)));
});

test("nothing is lost of what a program wrote before it ended, however busy we are", async () => {
  const runs = Array.from({ length: 4 }, () => run([program("writes-much")], { seconds: 30 }));
  for (let i = 0; i < 20; i++) {
    await sleep(5);
    for (const from = performance.now(); performance.now() - from < 50;);
  }
  for (const { exitCode, stdout } of await Promise.all(runs)) {
    expect(exitCode).toBe(0);
    expect(stdout.toString().split("\n")).toHaveLength(10_001);
  }
});

test("nothing is lost of many that write and end at once, while others hold their pipes", async () => {
  const script = "setsid sleep 2 & echo first; echo last";
  const runs = Array.from({ length: 60 }, () => run(["sh", "-c", script], { seconds: 30 }));
  for (const { stdout } of await Promise.all(runs)) expect(stdout.toString()).toBe("first\nlast\n");
});

test("a program that ended in time is not judged late by a process that was busy", async () => {
  const running = run(["echo", "in time"], { seconds: 1 });
  await sleep(200);
  for (const from = performance.now(); performance.now() - from < 1500;);
  expect(await running).toMatchObject({ exitCode: 0, timedOut: false });
});

test("output can be taken as it comes, at the taker's pace", async () => {
  let [taken, waiting] = [0, 0];
  const outcome = await run([program("writes-much")], {
    seconds: 30,
    async onStdout(chunk) {
      expect(waiting++).toBe(0);
      await sleep(5);
      taken += chunk.length;
      waiting--;
    },
  });
  expect(outcome.exitCode).toBe(0);
  expect(taken).toBe(168_890);
});

test("a taker that never comes back does not hold up the end", async () => {
  const outcome = await run(["echo", "hello"], {
    seconds: 0.2,
    onStdout: () => new Promise(() => undefined),
  });
  expect(outcome).toMatchObject({ exitCode: 0, timedOut: false });
});

test("of stderr only the last part is kept", async () => {
  const { exitCode, stderr } = await run([program("complains")], { seconds: 30 });
  expect(exitCode).toBe(3);
  expect(stderr.endsWith("noise\nno such thing\n")).toBe(true);
  expect(stderr).toHaveLength(4096);
});

test.each([
  ["is not there", "/nonexistent/program", "ENOENT"],
  ["is a folder", "/", "EACCES"],
])("a program that %s is said not to start", async (_, path, reason) => {
  const outcome = await run([path], { seconds: 30 });
  expect(outcome.failedToStart).toContain(reason);
  expect(outcome.exitCode).toBeUndefined();
});

test("arguments that are too long, or an unknown format, are a reason and no exception", async () => {
  const long = await run(["true", "x".repeat(3_000_000)], { seconds: 30 });
  expect(long.failedToStart).toContain("E2BIG");
  const odd = join(folder(), "odd");
  writeFileSync(odd, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 0]));
  chmodSync(odd, 0o755);
  const outcome = await run([odd], { seconds: 30 });
  expect(outcome.failedToStart ?? `exit ${outcome.exitCode ?? ""}`).toMatch(/ENOEXEC|exit 12[67]/);
});

test("an abort ends a program as its deadline does", async () => {
  const abort = new AbortController();
  const running = run([program("tears-line")], { seconds: 60, abort: abort.signal });
  await sleep(300);
  abort.abort();
  expect(await running).toMatchObject({ signal: "SIGTERM", timedOut: false });
});

test("endAll kills every group", async () => {
  const running = [program("ignores-term"), program("tears-line")].map((path) =>
    run([path], { seconds: 60 }),
  );
  await sleep(300);
  endAll();
  for (const outcome of await Promise.all(running)) expect(outcome.signal).toBe("SIGKILL");
});
