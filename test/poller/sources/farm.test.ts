import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, vi } from "vitest";
import { FetchError } from "../../../poller/sources/source.ts";
import { tcp } from "../../../poller/sources/tcp.ts";
import { program, shared, testWith } from "../../peers.ts";
import { hostOf } from "../hosts.ts";
import { reportOf } from "./agents.ts";

const HOSTS = 200;

const expected: Readonly<Record<string, string>> = {
  ok: "whole",
  truncate: "half",
  hang: "timeout",
  blackhole: "timeout",
  trickle: "timeout",
  refuse: "refused",
  garbage: "protocol",
  endless: "too_large",
  reset: "reset",
};

interface Member {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly mode: string;
}

/** Starts hosts of which four in a hundred each have one of the faults; gives the list of them. */
async function farm(payload: string): Promise<readonly Member[]> {
  const folder = mkdtempSync(join(tmpdir(), "farm-"));
  execFileSync("make", ["-s", "-C", join(shared.path, "bench"), `OUT=${folder}`]);
  writeFileSync(join(folder, "report"), payload);
  const list = join(folder, "list");
  const faults = Object.keys(expected).filter((mode) => !["ok"].includes(mode));
  const child = spawn(
    join(folder, "farm"),
    [
      ["-n", String(HOSTS), "--octet", "77", "-p", String(await freePort())],
      ["--payload", join(folder, "report"), "--list", list, "--max-seconds", "60"],
      faults.flatMap((mode) => [`--${mode}`, "4"]),
    ].flat(),
    { stdio: "ignore" },
  );
  onTestFinished(() => {
    child.kill();
    rmSync(folder, { recursive: true });
  });
  const members = (): Member[] =>
    readFileSync(list, "latin1")
      .trim()
      .split("\n")
      .map((line) => line.split(" "))
      .map(([, name = "", address = "", port, mode = ""]) => ({
        name,
        address,
        port: Number(port),
        mode,
      }));
  await vi.waitFor(() => expect(members()).toHaveLength(HOSTS), 10_000);
  return members();
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : 0));
    });
  });
}

testWith(
  shared,
  program("gcc"),
  program("make"),
)("every fault of a farm is told by its reason", async () => {
  const payload = reportOf(60_000);
  const members = await farm(payload);
  const source = tcp({ concurrency: 16, maxOpen: 4096 });
  const told = await Promise.all(
    members.map(async ({ name, address, port, mode }) => {
      const host = hostOf(port, { name, address, timeoutSeconds: 2, maxBytes: 1 << 20 });
      try {
        return await source(host, new AbortController().signal, ({ bytes }) =>
          bytes.length === payload.length ? `${mode}: whole` : `${mode}: half`,
        );
      } catch (error) {
        return error instanceof FetchError ? `${mode}: ${error.reason}` : error;
      }
    }),
  );
  expect(new Set(told)).toEqual(
    new Set(Object.entries(expected).map(([mode, reason]) => `${mode}: ${reason}`)),
  );
});
