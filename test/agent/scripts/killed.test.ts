import { expect, test } from "vitest";
import { killedSection } from "../../../agent/scripts/killed.ts";

const killed = (name: string) =>
  ({ script: { kind: "plugins", name }, how: "timeout", seconds: 60, pid: 4711 }) as const;

test("who had to be ended is named with how long it had and its pid", () => {
  expect(killedSection([killed("plugins/300/foo"), { ...killed("x"), how: "killfailed" }])).toBe(
    "<<<checkmk_cached_plugins:sep(124)>>>\n" +
      "timeout|plugins_300/foo|60|4711\n" +
      "killfailed|plugins_x|60|4711\n",
  );
});

test("a name adds neither columns nor lines; seconds are whole", () => {
  expect(killedSection([{ ...killed("web:/a|b\nc d"), seconds: 0.5 }])).toContain(
    "\ntimeout|plugins_web:/a_b_c_d|1|4711\n",
  );
});

test("where nobody had to be ended there is no section", () => {
  expect(killedSection([])).toBe("");
});
