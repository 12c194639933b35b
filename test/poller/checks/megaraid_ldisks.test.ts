import { expect, test } from "vitest";
import { megaraidLdisks } from "../../../poller/checks/megaraid_ldisks.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => megaraidLdisks.parse(rows(...lines));

test("arrays are services, by the numbers of controller and array", () => {
  const data = parse(
    "Adapter 0 -- Virtual Drive Information:",
    "Virtual Drive: 0 (Target Id: 0)",
    "Size                : 136.218 GB",
    "State               : Optimal",
    "Strip Size          : 64 KB",
    "Adapter 1 -- Virtual Drive Information:",
    "Virtual Disk: 7 (Target Id: 7)",
    "Size:139488MB",
    "State: Partially Degraded",
    "Adapter 2: No Virtual Drive Configured.",
  );
  expect(judged(megaraidLdisks, data)).toMatchObject([
    {
      service: "RAID logical disk /c0/v0",
      item: "/c0/v0",
      state: OK,
      summary: "optimal, 136.218 GB",
    },
    { item: "/c1/v7", state: WARN, summary: "partially degraded, 139488MB" },
  ]);
  expect(sampleLines(samples(megaraidLdisks, data))[0]).toBe(
    'roundsman_raid_healthy{source="megaraid",kind="array",part="/c0/v0"} 1',
  );
});

test("an array without a state is none", () => {
  expect(
    parse("Virtual Drive: 0 (Target Id: 0)", "Adapter 1: none", "State: Optimal"),
  ).toBeUndefined();
});
