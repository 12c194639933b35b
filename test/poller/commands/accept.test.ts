import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { accept } from "../../../poller/commands/accept.ts";
import { openStore } from "../../../poller/memory/store.ts";

let stateDir: string;

beforeEach(async () => {
  stateDir = mkdtempSync(join(tmpdir(), "accept-"));
  const store = openStore(stateDir, () => undefined);
  store.keepKnown("web1", { at: 1, sections: [], services: ["Filesystem /"], compared: {} });
  await store.close();
});

afterEach(() => rmSync(stateDir, { recursive: true }));

test("a service that was there is accepted without more words", async () => {
  expect(await accept("web1", "Filesystem /", { stateDir })).toBe(
    "web1: what the next poll finds of Filesystem / is the new baseline\n",
  );
});

test("one that was not may be new, or mistyped", async () => {
  expect(await accept("web1", "Uptime", { stateDir })).toMatch(/baseline\n$/);
  expect(await accept("web1", "Filesystme /", { stateDir })).toMatch(
    /baseline \(did you mean Filesystem \/\?\)\n$/,
  );
});
