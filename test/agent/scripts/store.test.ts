import { chmodSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Store, type Kept } from "../../../agent/scripts/store.ts";
import { folder } from "../../waitmax/programs.ts";

const kept = (name: string, text = "<<<a>>>\n\xff\0\n"): Kept => ({
  text,
  madeAt: 1_700_000_000.25,
  status: { name, at: 1_700_000_000, seconds: 0.25 },
});

test("what is saved is there for the next agent, byte for byte", async () => {
  const top = join(folder(), "cache");
  const store = new Store(top);
  const names = ["plugins/300/a", "plugins/60/a", "local/a", "web:/opt/a b", "mrpe/Größe"];
  for (const name of names) store.save(name, kept(name));
  await store.settled();
  const next = new Store(top);
  for (const name of names) expect(await next.load(name)).toEqual(kept(name));
  expect(await next.load("plugins/a")).toBeUndefined();
  expect(store.fault).toBeUndefined();
});

test("only the agent may read it, and no draft is left", async () => {
  const top = join(folder(), "cache");
  const store = new Store(top);
  store.save("plugins/a", kept("plugins/a"));
  store.save("plugins/a", kept("plugins/a", "<<<b>>>\n"));
  await store.settled();
  expect(statSync(top).mode & 0o777).toBe(0o700);
  expect(readdirSync(top)).toEqual(["plugins%2Fa.said"]);
  expect(statSync(join(top, "plugins%2Fa.said")).mode & 0o777).toBe(0o600);
  expect((await store.load("plugins/a"))?.text).toBe("<<<b>>>\n");
});

test("the last word on a script stands, however quickly words follow each other", async () => {
  const store = new Store(join(folder(), "cache"));
  for (let i = 0; i < 20; i++) {
    store.save("plugins/a", kept("plugins/a"));
    store.drop("plugins/a");
  }
  expect(await store.load("plugins/a")).toBeUndefined();
  store.save("plugins/a", kept("plugins/a"));
  expect(await store.load("plugins/a")).toEqual(kept("plugins/a"));
});

test("what is damaged, cut off or another's is not taken up", async () => {
  const top = folder();
  const store = new Store(top);
  store.save("plugins/a", kept("plugins/a"));
  await store.settled();
  const path = join(top, "plugins%2Fa.said");
  const good = readFileSync(path);
  writeFileSync(join(top, "plugins%2Fb.said"), good);
  expect(await store.load("plugins/b")).toBeUndefined();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array(), fc.nat(good.length - 1), async (bytes, length) => {
      for (const damaged of [bytes, good.subarray(0, length)]) {
        writeFileSync(path, damaged);
        const found = await store.load("plugins/a");
        if (found) expect(found.text).toMatch(/\n$/);
      }
    }),
    { numRuns: 50 },
  );
  writeFileSync(path, Buffer.concat([good, Buffer.alloc(4 * 1024 * 1024, "\n")]));
  expect(await store.load("plugins/a")).toBeUndefined();
});

test("files that nobody wrote for a month go; what is not ours stays", async () => {
  const top = folder();
  const long = Date.now() / 1000 - 31 * 86_400;
  for (const name of ["old.said", "old.said.1f-2e", "plugins_x.cache", "new.said"]) {
    writeFileSync(join(top, name), "");
    if (name !== "new.said") utimesSync(join(top, name), long, long);
  }
  await new Store(top).load("plugins/a");
  expect(readdirSync(top).sort()).toEqual(["new.said", "plugins_x.cache"]);
});

test("without a state folder nothing is kept; one that cannot be used is a fault until it can", async () => {
  const top = folder();
  const nowhere = new Store(join(top, "missing/cache"));
  nowhere.save("a", kept("a"));
  await nowhere.settled();
  expect(nowhere.fault).toBeUndefined();
  expect(readdirSync(top)).toEqual([]);

  writeFileSync(join(top, "cache"), "in the way");
  const store = new Store(join(top, "cache"));
  store.save("a", kept("a"));
  await store.settled();
  expect(store.fault).toContain("ENOTDIR");
  rmSync(join(top, "cache"));
  mkdirSync(join(top, "cache"));
  chmodSync(join(top, "cache"), 0o700);
  store.save("a", kept("a"));
  await store.settled();
  expect(store.fault).toBeUndefined();
});
