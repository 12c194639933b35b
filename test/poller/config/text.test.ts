import { execFileSync } from "node:child_process";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { configText } from "../../../poller/config/text.ts";
import { temporaryFolder } from "../../programs.ts";

test("a file is read as a whole", () => {
  const file = join(temporaryFolder(), "p.yaml");
  const text = "# ö\n".repeat(50_000);
  writeFileSync(file, text);
  expect(configText(file)).toBe(text);
});

test("one that is too large is refused", () => {
  const file = join(temporaryFolder(), "p.yaml");
  execFileSync("truncate", ["-s", "33M", file]);
  expect(() => configText(file)).toThrow(`cannot read ${file}: more than 33554432 bytes`);
});

test("a pipe and a device are refused, and nobody waits for them", () => {
  const pipe = join(temporaryFolder(), "pipe");
  execFileSync("mkfifo", [pipe]);
  for (const file of [pipe, "/dev/zero", "/dev/tty"])
    expect(() => configText(file, { mayBeHanded: true })).toThrow(
      /^(cannot read .*: it is no regular file|ENXIO\b.*)$/,
    );
});

test("what a shell hands over is read where that is allowed, up to the same size", () => {
  const descriptor = openSync("/dev/zero", "r");
  onTestFinished(() => closeSync(descriptor));
  const endless = `/dev/fd/${descriptor}`;
  expect(() => configText(endless, { mayBeHanded: true })).toThrow("more than 33554432 bytes");
  expect(() => configText(endless)).toThrow(`cannot read ${endless}: it is no regular file`);
});
