import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { open } from "lmdb";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Known } from "../../../poller/judge/baseline.ts";
import { forgetful, openStore, stateDirectory, type Store } from "../../../poller/memory/store.ts";
import { top } from "../../peers.ts";
import { eventually } from "../../programs.ts";

/** For processes of their own, which cannot read TypeScript. */
const STORE = JSON.stringify(pathToFileURL(join(top, "dist/poller/memory/store.js")).href);

const folder = (): string => {
  const path = mkdtempSync(join(tmpdir(), "store-"));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
};
const unexpected = (error: Error): void => expect.unreachable(error.message);
const opened = (path: string, onFault = unexpected): Store => {
  const store = openStore(path, onFault);
  onTestFinished(() => store.close());
  return store;
};

const known: Known = {
  ...{ at: 100, sections: ["mounts"], services: ["Mount options of /"] },
  compared: { mounts: { "/": "rw,relatime" } },
};
const TEXT = Buffer.from("<<<a:persist(99)>>>\n\u00ff\u0000 x\n", "latin1");

describe.each([
  ["of a folder", () => opened(folder())],
  ["that forgets", forgetful],
])("a store %s", (_, make) => {
  test("gives back at once what was written, and nothing of others", () => {
    const store = make();
    store.keepKnown("web1", known);
    store.keepSections("web1", TEXT);
    expect(store.known("web1")).toEqual(known);
    expect(store.sections("web1")).toEqual(TEXT);
    expect(store.known("WEB1")).toBeUndefined();
    expect(store.sections("web")).toBeUndefined();
  });

  test("has at once what was written last, and not what was removed", async () => {
    const store = make();
    for (let at = 0; at < 5; at++) {
      store.keepKnown("web1", { ...known, at });
      expect(store.known("web1")?.at).toBe(at);
      await new Promise((done) => setTimeout(done, at));
    }
    store.forgetKnown("web1");
    store.keepSections("web1", TEXT);
    store.keepSections("web1", Buffer.alloc(0));
    expect(store.known("web1")).toBeUndefined();
    expect(store.sections("web1")).toBeUndefined();
    await new Promise((done) => setTimeout(done, 50));
    expect(store.known("web1")).toBeUndefined();
    expect(store.sections("web1")).toBeUndefined();
  });

  test("takes hosts by any name that a config allows", () => {
    const store = make();
    const names = ["ä".repeat(255), "front end", "[::1]:6556", "__proto__", "\u{1f600}"];
    for (const [at, name] of names.entries()) store.keepKnown(name, { ...known, at });
    expect(names.map((name) => store.known(name)?.at)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("a restart", () => {
  test("finds all that was written before the store was closed", async () => {
    const path = folder();
    const store = openStore(path, unexpected);
    const full = { ...known, accepted: ["Mount options of /"], isGuest: true };
    for (let i = 0; i < 500; i++) store.keepKnown(`host${i}`, { ...full, at: i });
    store.keepSections("web1", TEXT);
    await store.close();
    const again = opened(path);
    expect(again.known("host499")).toEqual({ ...full, at: 499 });
    expect(again.sections("web1")).toEqual(TEXT);
  });

  test("finds items by whatever name", async () => {
    const path = folder();
    const items = JSON.parse('{"__proto__":"rw","constructor":"ro"}') as Record<string, string>;
    const odd = { ...known, compared: { mounts: items } };
    const before = openStore(path, unexpected);
    before.keepKnown("web1", odd);
    await before.close();
    const found = opened(path).known("web1")?.compared["mounts"] ?? {};
    expect(Object.entries(found)).toEqual(Object.entries(items));
  });

  test("finds what earlier versions wrote", async () => {
    const path = folder();
    const root = open({ path: join(path, "store.mdb"), maxDbs: 4 });
    await root.openDB({ name: "baselines" }).put("web1", known);
    await root.close();
    expect(opened(path).known("web1")).toEqual(known);
  });

  test("after a kill in the midst of writes finds each of them whole, or not at all", async () => {
    const path = folder();
    const code = `
      import { openStore } from ${STORE};
      const store = openStore(process.argv[1], (error) => console.error(error));
      for (let at = 1; ; at++) {
        for (let i = 0; i < 20; i++) {
          store.keepKnown("host" + i, { at, sections: [], services: Array(200).fill("s" + at), compared: {} });
          store.keepSections("host" + i, Buffer.alloc(20_000, String(at % 10)));
        }
        await new Promise((done) => setTimeout(done, 1));
        if (at === 20) console.log("writing");
      }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code, path]);
    onTestFinished(() => void child.kill("SIGKILL"));
    const ended = new Promise((done) => child.once("close", done));
    await new Promise((done) => child.stdout.once("data", done));
    await new Promise((done) => setTimeout(done, 30));
    child.kill("SIGKILL");
    await ended;

    const store = opened(path);
    for (let i = 0; i < 20; i++) {
      const found = store.known(`host${i}`);
      expect(found?.at).toBeGreaterThan(0);
      expect(new Set(found?.services)).toEqual(new Set([`s${found?.at}`]));
      expect(found?.services).toHaveLength(200);
      expect(store.sections(`host${i}`)).toHaveLength(20_000);
      expect(new Set(store.sections(`host${i}`)).size).toBe(1);
    }
    store.keepKnown("host0", known);
    expect(store.known("host0")).toEqual(known);
  });
});

test("another process sees what is written, and is seen, while both have the store open", async () => {
  const path = folder();
  const store = opened(path);
  store.keepKnown("web1", known);
  const code = `
    import { openStore } from ${STORE};
    const store = openStore(process.argv[1], (error) => console.error(error));
    let known;
    while (!(known = store.known("web1"))) await new Promise((done) => setTimeout(done, 5));
    store.keepKnown("web1", { ...known, accepted: ["Memory"] });
    store.keepKnown("web2", known);
    await store.close();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code, path]);
  const rc = await new Promise((done) => child.once("close", done));
  expect(rc).toBe(0);
  expect(store.known("web1")).toEqual({ ...known, accepted: ["Memory"] });
  expect(store.known("web2")).toEqual(known);
});

describe("the stamp of what is known", () => {
  const stamped = (store: Store, host = "web1"): Promise<string> =>
    eventually(() => store.stamp(host));

  test("is the same for the same, and another for anything else", async () => {
    const path = folder();
    const store = openStore(path, unexpected);
    for (const host of ["web1", "web2"]) store.keepKnown(host, known);
    store.keepKnown("web3", { ...known, accepted: ["Memory"] });
    const first = await stamped(store);
    store.keepKnown("web1", { ...known });
    expect(await stamped(store)).toBe(first);
    expect(await stamped(store, "web2")).toBe(first);
    expect(await stamped(store, "web3")).not.toBe(first);
    store.keepKnown("web1", { ...known, at: 101 });
    expect(await stamped(store)).not.toBe(first);
    store.keepKnown("web1", known);
    expect(await stamped(store)).toBe(first);
    await store.close();
    expect(opened(path).stamp("web1")).toBe(first);
  });

  test("is none where nothing is known, nor while a write is under way", async () => {
    const store = opened(folder());
    expect(store.stamp("web1")).toBeUndefined();
    store.keepKnown("web1", known);
    expect(store.stamp("web1")).toBeUndefined();
    await stamped(store);
    store.keepKnown("web1", known);
    expect(store.stamp("web1")).toBeUndefined();
    await stamped(store);
    store.forgetKnown("web1");
    expect(store.stamp("web1")).toBeUndefined();
    await new Promise((done) => setTimeout(done, 50));
    expect(store.stamp("web1")).toBeUndefined();
  });

  test("changes when somebody else who has the store open writes", async () => {
    const path = folder();
    const [store, other] = [opened(path), opened(path)];
    store.keepKnown("web1", known);
    const before = await stamped(store);
    other.keepKnown("web1", { ...known, accepted: ["Memory"] });
    const after = await stamped(other);
    await expect.poll(() => store.stamp("web1"), { timeout: 20_000 }).toBe(after);
    expect(after).not.toBe(before);
    expect(store.known("web1")?.accepted).toEqual(["Memory"]);
    other.forgetKnown("web1");
    await expect.poll(() => store.stamp("web1"), { timeout: 20_000 }).toBeUndefined();
  });

  test("is none of what is forgotten with the process", () => {
    const store = forgetful();
    store.keepKnown("web1", known);
    expect(store.stamp("web1")).toBeUndefined();
  });
});

describe("what is not as it should be", () => {
  test("a file that is no store is refused, and not opened", () => {
    for (const content of ["garbage".repeat(10_000), "x", Buffer.alloc(65_536)]) {
      const path = folder();
      writeFileSync(join(path, "store.mdb"), content);
      expect(() => openStore(path, unexpected)).toThrow("store.mdb is no store; move it away");
    }
  });

  test("an empty file is a new store", () => {
    const path = folder();
    writeFileSync(join(path, "store.mdb"), "");
    const store = opened(path);
    store.keepKnown("web1", known);
    expect(store.known("web1")).toEqual(known);
  });

  test("a folder that cannot be used is refused", () => {
    const path = join(folder(), "file");
    writeFileSync(path, "");
    expect(() => openStore(path, unexpected)).toThrow();
  });

  test("what another version wrote, and what nobody can read, is as if it were not there", async () => {
    const path = folder();
    const root = open({ path: join(path, "store.mdb"), maxDbs: 4 });
    const odd = root.openDB<unknown, string>({ name: "baselines" });
    await odd.put("old", { at: "yesterday" });
    await odd.put("text", "x");
    await root
      .openDB({ name: "baselines", encoding: "binary" })
      .put("torn", Buffer.from([0xc1, 0xff, 0x81]));
    await root.close();
    const faults: string[] = [];
    const store = opened(path, ({ message }) => void faults.push(message));
    for (const host of ["old", "text", "torn"]) {
      expect(store.known(host)).toBeUndefined();
      store.keepKnown(host, known);
      expect(store.known(host)).toEqual(known);
    }
    expect(faults).toHaveLength(1);
  });
});

test("the store is in systemd's folder, else in the user's; what is empty says nothing", () => {
  const home = stateDirectory({});
  expect(home).toMatch(/\/\.local\/state\/roundsman-poller$/);
  expect(stateDirectory({ STATE_DIRECTORY: "/var/lib/a:/var/lib/b" })).toBe("/var/lib/a");
  expect(stateDirectory({ XDG_STATE_HOME: "/x" })).toBe("/x/roundsman-poller");
  expect(stateDirectory({ STATE_DIRECTORY: "", XDG_STATE_HOME: "" })).toBe(home);
});

test("a folder that nobody can make is an error, not an endless attempt", () => {
  expect(() => openStore("/proc/roundsman/state", () => undefined)).toThrow();
});
