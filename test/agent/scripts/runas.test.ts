import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { asUser, parseRunAs, readRunAs } from "../../../agent/scripts/runas.ts";
import { folder } from "../../waitmax/programs.ts";

test.each([
  ["mrpe web /etc/web/mrpe.cfg", { type: "mrpe", user: "web", path: "/etc/web/mrpe.cfg" }],
  ["plugin\t-  /opt/my plugins", { type: "plugin", user: "-", path: "/opt/my plugins" }],
  ["local DOMAIN\\web /opt", { type: "local", user: "DOMAIN\\web", path: "/opt" }],
  ["local web", "is not TYPE USER PATH"],
  ["plugins web /opt", '"plugins" is none of mrpe, local, plugin'],
  ["local --login /opt", '"--login" is no name of a user'],
  ["local web;id /opt", '"web;id" is no name of a user'],
  ["local web opt", '"opt" is not an absolute path'],
])("a line %j is understood or told what is wrong", (line, meaning) => {
  expect(parseRunAs(line)).toEqual(meaning);
});

test("whatever a line holds, nobody's name becomes an option of runuser", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (user, path) => {
      const entry = parseRunAs(`local ${user} /${path}`);
      if (typeof entry === "string" || entry.user === "-") return;
      const command = asUser(entry.user, ["/bin/true"]);
      expect(command.indexOf(entry.user)).toBe(command.indexOf("--") + 1);
      expect(entry.user).toMatch(/^\w/);
    }),
  );
});

test("bad lines of a file are named by number; a file that is not there has none", async () => {
  const path = join(folder(), "runas.cfg");
  expect(await readRunAs(path)).toEqual({ entries: [], faults: new Map() });
  writeFileSync(path, "# x\nlocal web /opt\n\nlocal\n");
  const { entries, faults } = await readRunAs(path);
  expect(entries).toHaveLength(1);
  expect([...faults]).toEqual([["runas.cfg:4", "is not TYPE USER PATH"]]);
});

test("a file that cannot be read is a fault", async () => {
  const path = folder();
  expect([...(await readRunAs(path)).faults.values()]).toEqual(["is no file"]);
});
