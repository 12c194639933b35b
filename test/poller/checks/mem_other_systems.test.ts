import { expect, test } from "vitest";
import { mem } from "../../../poller/checks/mem.ts";
import { judged } from "../judging.ts";
import { sectionRows } from "../rows.ts";

test("OpenVMS leaves out the unit and ends lines with a return: sizes are in KiB all the same", () => {
  const lines = ["MemTotal: 131072", "MemFree: 65536", "SwapTotal: 0", "SwapFree: 0"];
  const data = mem.parse(sectionRows(`<<<mem>>>\r\n${lines.join("\r\n")}\r\n`));
  expect(Object.fromEntries(data ?? [])).toEqual({
    MemTotal: 128 * 2 ** 20,
    MemFree: 64 * 2 ** 20,
    SwapTotal: 0,
    SwapFree: 0,
  });
  expect(judged(mem, data)[0]?.summary).toContain("RAM: 50% - 64 MiB of 128 MiB");
});

test("counts have no unit, and are none", () => {
  const data = mem.parse(
    sectionRows("<<<mem>>>\nMemTotal: 4 kB\nMemFree: 2 kB\nHugePages_Total: 7\n"),
  );
  expect(data?.get("HugePages_Total")).toBe(7);
});
