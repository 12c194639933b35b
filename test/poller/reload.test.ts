import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Config } from "../../poller/config.ts";
import { ReloadedConfig } from "../../poller/reload.ts";
import { eventually, temporaryFolder } from "../programs.ts";

/** The config of a file; `meanwhile`: what has been written to it since it was read. */
function reloaded(text: string, meanwhile = text) {
  const file = join(temporaryFolder(), "p.yaml");
  writeFileSync(file, meanwhile);
  const applied: Config[] = [];
  const refused: string[] = [];
  const config = new ReloadedConfig(file, text, {
    apply: (next) => Promise.resolve(void applied.push(next)),
    onTaken: () => undefined,
    onRefused: (error) => refused.push(error),
  });
  onTestFinished(() => config.stop());
  return { config, file, applied, refused, write: (next: string) => writeFileSync(file, next) };
}

test("a config is read again when somebody asks, and is then what is in force", async () => {
  const { config, applied, write } = reloaded("hosts: []\n");
  write("hosts: [{ name: a }]\n");
  expect(await config.reload()).toEqual({ ok: true });
  expect(applied.map(({ hosts }) => hosts.map(({ name }) => name))).toEqual([["a"]]);
  expect(config.text).toBe("hosts: [{ name: a }]\n");
  expect(config.state.ok).toBe(true);
});

test("one that is wrong changes nothing, and says where", async () => {
  const { config, applied, refused, write } = reloaded("hosts: []\n");
  write("hosts:\n  - { nmae: a }\n");
  const result = await config.reload();
  expect(result).toEqual({ error: expect.stringMatching(/p\.yaml:2: hosts\[0\]/) as string });
  expect([applied.length, refused.length, config.state.ok]).toEqual([0, 1, false]);
  expect(config.text).toBe("hosts: []\n");
  write("hosts: []\n");
  await config.reload();
  expect(config.state.ok).toBe(true);
});

test("one that is emptied changes nothing: it is about to be written, or the disk is full", async () => {
  const { config, applied, write } = reloaded("hosts: [{ name: a }]\n");
  write(" \n");
  expect(await config.reload()).toEqual({
    error: expect.stringMatching(/p\.yaml: is empty$/) as string,
  });
  expect(applied).toEqual([]);
  expect(config.text).toBe("hosts: [{ name: a }]\n");
});

test("a file that changes is taken without a word", async () => {
  const { config, applied, write } = reloaded("hosts: []\n");
  config.watch();
  write("hosts: [{ name: b }]\n");
  await eventually(() => (applied.length > 0 ? true : undefined));
  expect(applied[0]?.hosts.map(({ name }) => name)).toEqual(["b"]);
});

test("what changed between the start and the first look is taken too", async () => {
  const { config, applied } = reloaded("hosts: []\n", "hosts: [{ name: c }]\n");
  config.watch();
  await eventually(() => (applied.length > 0 ? true : undefined));
  expect(applied[0]?.hosts.map(({ name }) => name)).toEqual(["c"]);
});

test("a file that cannot be looked at any more is refused, and told once", async () => {
  const { config, file, applied, refused, write } = reloaded("hosts: []\n");
  config.watch();
  rmSync(file);
  symlinkSync(file, file);
  await eventually(() => (refused.length > 0 ? true : undefined));
  expect(refused).toEqual([expect.stringContaining("ELOOP")]);
  rmSync(file);
  write("hosts: [{ name: d }]\n");
  await eventually(() => (applied.length > 0 ? true : undefined));
});

test("a pipe in the place of the file is refused, and nobody waits for it", async () => {
  const { config, file } = reloaded("hosts: []\n");
  rmSync(file);
  execFileSync("mkfifo", [file]);
  const error = `cannot read ${file}: it is no regular file`;
  expect(await config.reload()).toEqual({ error });
  expect(config.text).toBe("hosts: []\n");
});
