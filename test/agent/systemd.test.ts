import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { systemd } from "../../agent/systemd.ts";
import { temporaryFolder } from "../programs.ts";

const PATIENCE = 20_000;
const PID = 4711;
const fds = (env: NodeJS.ProcessEnv): number[] => systemd(env, PID).sockets.map(({ fd }) => fd);

test("sockets are those that were opened for this process", () => {
  expect(fds({ LISTEN_FDS: "2", LISTEN_PID: "4711" })).toEqual([3, 4]);
  expect(fds({ LISTEN_FDS: "2", LISTEN_PID: "1" })).toEqual([]);
  expect(fds({ LISTEN_FDS: "2" })).toEqual([]);
  expect(fds({})).toEqual([]);
});

test.each(["many", "", "-1", "1.5", "NaN"])("a count of %j is none", (count) => {
  expect(fds({ LISTEN_FDS: count, LISTEN_PID: "4711" })).toEqual([]);
});

test("what systemd tells the service is kept from the programs that it starts", () => {
  const env = {
    PATH: "/bin",
    LISTEN_FDS: "1",
    LISTEN_PID: "4711",
    LISTEN_FDNAMES: "x",
    NOTIFY_SOCKET: "/run/systemd/notify",
    WATCHDOG_USEC: "1000000",
    WATCHDOG_PID: "4711",
  };
  systemd(env, PID);
  expect(env).toEqual({ PATH: "/bin" });
});

/** What systemd-notify(1) is told, a line each: a script of that name writes it down. */
function notify() {
  const folder = temporaryFolder();
  const told = join(folder, "told");
  const script = `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> ${told}\n`;
  writeFileSync(join(folder, "systemd-notify"), script, { mode: 0o755 });
  const path = process.env["PATH"] ?? "";
  process.env["PATH"] = `${folder}${delimiter}${path}`;
  onTestFinished(() => void (process.env["PATH"] = path));
  const env = { PATH: process.env["PATH"], NOTIFY_SOCKET: "@up" };
  const lines = (): string[] =>
    existsSync(told) ? readFileSync(told, "utf8").trim().split("\n") : [];
  return { env, lines };
}

test("systemd hears when the service is up, that it lives, and when it ends", async () => {
  const { env, lines } = notify();
  const service = systemd({ ...env, WATCHDOG_USEC: "200000" }, PID);
  expect(lines()).toEqual([]);
  service.ready();
  await vi.waitFor(() => expect(lines()).toContain("@up READY=1"), PATIENCE);
  await vi.waitFor(
    () => expect(lines().filter((line) => line === "@up WATCHDOG=1").length).toBeGreaterThan(2),
    PATIENCE,
  );
  service.stopping();
  await vi.waitFor(() => expect(lines()).toContain("@up STOPPING=1"), PATIENCE);
});

test("nobody is told that does not listen, nor watched over for another", async () => {
  const { env, lines } = notify();
  const unheard = systemd({ PATH: env.PATH, WATCHDOG_USEC: "20000" }, PID);
  unheard.ready();
  const unwatched = systemd({ ...env, WATCHDOG_USEC: "20000", WATCHDOG_PID: "1" }, PID);
  unwatched.ready();
  await vi.waitFor(() => expect(lines()).toEqual(["@up READY=1"]), PATIENCE);
  await new Promise((done) => setTimeout(done, 300));
  expect(lines()).toEqual(["@up READY=1"]);
  unheard.stopping();
  unwatched.stopping();
});
