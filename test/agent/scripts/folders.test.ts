import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findScripts as find } from "../../../agent/scripts/folders.ts";
import type { FolderKind } from "../../../agent/scripts/script.ts";
import { folder } from "../../waitmax/programs.ts";

const put = (...path: readonly string[]): void =>
  writeFileSync(join(...path), "#!/bin/sh\n", { mode: 0o755 });

const findScripts = (kind: FolderKind, path: string) =>
  find({ kind, path, label: kind, user: "-" });

test("executables are found in name order, those with an interval last", async () => {
  const top = folder();
  for (const interval of ["300", "60"]) mkdirSync(join(top, interval));
  for (const name of ["b", "a.sh", "300/z", "60/b"]) put(top, name);
  const { scripts, faults } = await findScripts("plugins", top);
  expect(scripts).toMatchObject([
    { kind: "plugins", name: "plugins/a.sh", command: [join(top, "a.sh")], cwd: top },
    { kind: "plugins", name: "plugins/b", command: [join(top, "b")], cwd: top },
    { name: "plugins/300/z", command: [join(top, "300/z")], interval: 300, cwd: top },
    { name: "plugins/60/b", command: [join(top, "60/b")], interval: 60 },
  ]);
  expect(scripts[0]).not.toHaveProperty("interval");
  expect(faults).toEqual(new Map());
});

test("what is hidden, left over, not executable or no file is passed over", async () => {
  const top = folder();
  for (const name of [".hidden", "a~", "a.dpkg-new", "a.dpkg-old", "a.dpkg-tmp", "plain"]) {
    put(top, name);
  }
  chmodSync(join(top, "plain"), 0o644);
  mkdirSync(join(top, "folder"));
  put(top, "folder", "inside");
  symlinkSync("/nonexistent", join(top, "dangling"));
  expect(await findScripts("local", top)).toEqual({ scripts: [], faults: new Map() });
});

test("links to executables and to folders are followed", async () => {
  const top = folder();
  mkdirSync(join(top, "elsewhere"));
  put(top, "elsewhere", "a");
  symlinkSync("elsewhere/a", join(top, "link"));
  symlinkSync("elsewhere", join(top, "60"));
  const { scripts } = await findScripts("local", top);
  expect(scripts.map(({ name }) => name)).toEqual(["local/link", "local/60/a"]);
});

test("the form for Python 2 is passed over only beside its twin", async () => {
  const top = folder();
  for (const name of ["mk_logwatch.py", "mk_logwatch_2.py", "alone_2.py"]) put(top, name);
  const { scripts } = await findScripts("plugins", top);
  expect(scripts.map(({ name }) => name)).toEqual(["plugins/alone_2.py", "plugins/mk_logwatch.py"]);
});

test.each(["5min", "1.5", "0x1", "1234567890"])(
  "a folder %s is a fault if it begins with 1 to 9",
  async (name) => {
    const top = folder();
    mkdirSync(join(top, name));
    put(top, name, "a");
    const { scripts, faults } = await findScripts("plugins", top);
    expect(scripts).toEqual([]);
    expect([...faults]).toEqual(
      name.startsWith("0") ? [] : [[`plugins/${name}`, "is not a number of seconds"]],
    );
  },
);

test("a folder that is not there is empty; one that cannot be read is a fault", async () => {
  const top = folder();
  const nothing = { scripts: [], faults: new Map() };
  expect(await findScripts("plugins", join(top, "missing"))).toEqual(nothing);
  put(top, "file");
  const { faults } = await findScripts("plugins", join(top, "file"));
  expect(faults.get("plugins")).toContain("ENOTDIR");
});

test("of a folder with very many executables only the first are taken", async () => {
  const top = folder();
  for (let i = 0; i < 510; i++) put(top, `script${i}`);
  const { scripts, faults } = await findScripts("plugins", top);
  expect(scripts).toHaveLength(500);
  expect(faults.get("plugins")).toBe("only the first 500 of its executables are run");
});

test("scripts of another user have names and commands of their own", async () => {
  const top = folder();
  put(top, "a");
  const { scripts } = await find({ kind: "local", path: top, label: `web:${top}`, user: "web" });
  expect(scripts).toMatchObject([{ kind: "local", name: `web:${top}/a` }]);
  expect(scripts[0]?.command[0]).toBe("runuser");
  expect(scripts[0]?.command.slice(-2)).toEqual(["web", join(top, "a")]);
});
