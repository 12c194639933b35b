import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { knownOf, lockOf, lookedUp, storeOf, UsageError } from "../../../poller/commands/usage.ts";
import { defaultConfig } from "../../../poller/config.ts";
import { StateInUse } from "../../../poller/memory/lock.ts";
import { openStore } from "../../../poller/memory/store.ts";
import { temporaryFolder } from "../../programs.ts";

const config = (stateDir: string) => ({ ...defaultConfig(), stateDir });
const unexpected = (what: unknown): void => expect.unreachable(String(what));

test("a state directory is held by one poller, and one that cannot be held is wrong usage", async () => {
  const folder = temporaryFolder();
  const release = await lockOf(config(folder));
  onTestFinished(release);
  await expect(lockOf(config(folder))).rejects.toThrow(StateInUse);
  const file = join(folder, "file");
  writeFileSync(file, "");
  const attempt = lockOf(config(file));
  await expect(attempt).rejects.toThrow(UsageError);
  await expect(attempt).rejects.toThrow(`cannot keep state in ${file} (state_dir): `);
  expect(() => storeOf(config(file), unexpected)).toThrow(`cannot keep state in ${file}`);
});

describe("what is looked up in a store", () => {
  test("is found, and the store is not made where there is none", async () => {
    const folder = temporaryFolder();
    expect(lookedUp(config(folder), unexpected, unexpected)).toBeUndefined();
    expect(knownOf("web1", config(join(folder, "none")), unexpected)).toBeUndefined();
    const store = openStore(folder, unexpected);
    store.keepKnown("web1", { at: 1, sections: [], services: ["a"], compared: {} });
    await store.close();
    expect(knownOf("web1", config(folder), unexpected)?.services).toEqual(["a"]);
  });

  test("is nothing where it cannot be read, which is told in one line", () => {
    const told: string[] = [];
    const folder = temporaryFolder();
    writeFileSync(join(folder, "store.mdb"), "garbage".repeat(100));
    mkdirSync(join(folder, "sub"));
    writeFileSync(join(folder, "sub", "file"), "");
    for (const path of [folder, join(folder, "sub", "file")])
      expect(knownOf("web1", config(path), (line) => void told.push(line))).toBeUndefined();
    expect(told).toEqual([
      expect.stringMatching(/^cannot read the state in .*: .*is no store.*; judged without/),
      expect.stringMatching(/^cannot read the state in .*: it is no folder; judged without/),
    ]);
  });
});
