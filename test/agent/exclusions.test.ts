import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Collector } from "../../agent/collector.ts";
import { Exclusions, parseExclusions, skipNames } from "../../agent/exclusions.ts";
import { system } from "../../agent/system.ts";
import { top } from "../peers.ts";
import { folder } from "../waitmax/programs.ts";

const names = (text: string): string[] => [...parseExclusions(text).names];

test.each([
  ["MK_SKIP_PS=yes", ["PS"]],
  ['MK_SKIP_PS="no"', ["PS"]],
  ["export MK_SKIP_PS='a b'  # why", ["PS"]],
  ["MK_SKIP_PS=yes;", ["PS"]],
  ["MK_SKIP_PS=", []],
  ['MK_SKIP_PS=""', []],
  ["MK_SKIP_PS=1\nunset MK_SKIP_PS", []],
  ["MK_SKIP_PS=1\nMK_SKIP_DF=1\nMK_SKIP_CPU=1\nunset MK_SKIP_PS MK_SKIP_DF", ["CPU"]],
  ["MK_SKIP_PS=1\nMK_SKIP_PS=", []],
  ["#MK_SKIP_PS=yes", []],
  ["OTHER=yes", []],
])("%j leaves out %j", (text, skipped) => {
  expect(names(text)).toEqual(skipped);
  expect(parseExclusions(text).faults.size).toBe(0);
});

test("what is meant for a shell alone is not run, and named by its line", () => {
  const text = "MK_SKIP_PS=yes\nMK_SKIP_DF=$(id)\n[ -e /x ] && MK_SKIP_CPU=1\nMK_SKIP_MEM=yes x\n";
  const { names, faults } = parseExclusions(text);
  expect([...names]).toEqual(["PS"]);
  expect([...faults.keys()]).toEqual([2, 3, 4].map((line) => `exclude_sections.cfg:${line}`));
});

test("whatever a file holds, it is read, and few of its faults are told", () => {
  const line = fc.oneof(
    fc.string(),
    fc.constantFrom("MK_SKIP_A=", "unset MK_SKIP_A", "MK_SKIP_B=1"),
  );
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const { names, faults } = parseExclusions(lines.join("\n"));
      for (const name of names) expect(name).toMatch(/^[A-Z0-9_]+$/);
      expect(faults.size).toBeLessThanOrEqual(10);
    }),
  );
});

test("a section is called as on the wire and as Checkmk's agent calls what makes it", () => {
  expect(skipNames("mem")).toEqual(["MEM"]);
  expect(skipNames("df_v2")).toEqual(["DF_V2", "DF"]);
  expect(skipNames("check_mk")).toEqual([]);
});

test("sections go and come back as the file says, and its faults are told", async () => {
  const configDir = folder();
  const file = join(configDir, "exclude_sections.cfg");
  const exclusions = new Exclusions(configDir);
  let now = 1_700_000_000;
  let collected = 0;
  const collector = new Collector({
    system: system({ now: () => now }),
    sections: ["check_mk", "ps_lnx", "mem"]
      .map((name) => ({ name, collect: () => (collected++, "x\n") }))
      .map((section) => exclusions.of(section)),
    accounts: () => exclusions.accounts(),
    intervalSeconds: 10,
  });
  const report = async (): Promise<string> => {
    now += 61;
    collected = 0;
    await collector.collect();
    return collector.report?.bytes.toString("latin1") ?? "";
  };
  const headers = (text: string) => [...text.matchAll(/^<<<(\w+)>>>$/gm)].map(([, name]) => name);
  expect(headers(await report())).toEqual(["check_mk", "ps_lnx", "mem"]);

  writeFileSync(file, "MK_SKIP_PS=yes\nMK_SKIP_CHECK_MK=yes\nwhat is this\n");
  const text = await report();
  expect(headers(text)).toEqual(["check_mk", "mem"]);
  expect(collected).toBe(2);
  expect(text.split('{"script":"exclude_sections.cfg:3"')).toHaveLength(2);

  rmSync(file);
  mkdirSync(file);
  const odd = await report();
  expect(headers(odd)).toEqual(["check_mk", "ps_lnx", "mem"]);
  expect(odd).toContain('{"script":"exclude_sections.cfg","error":"EISDIR');
});

test("every section that has another name to be left out by is there", () => {
  const others = ["df_v2", "ps_lnx", "tcp_conn_stats", "systemd_units", "zfsget", "multipath"];
  for (const name of others) {
    expect(skipNames(name)).toHaveLength(2);
    expect(existsSync(join(top, "agent/sections", `${name}.ts`)), name).toBe(true);
  }
});
