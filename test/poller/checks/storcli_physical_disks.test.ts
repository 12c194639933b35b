import { expect, test } from "vitest";
import { storcliPhysicalDisks } from "../../../poller/checks/storcli_physical_disks.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => storcliPhysicalDisks.parse(rows(...lines));
const OLD = "EID:Slt DID State DG     Size Intf Med SED PI SeSz Model            Sp";
const NEW = "EID:Slt PID State Status DG Size Intf Med";

test("disks are services, by the numbers of controller, enclosure and slot", () => {
  const data = parse(
    "Controller = 0",
    "---",
    OLD,
    "---",
    "252:0     7 Onln   0 1.818 TB SATA HDD N   N  512B IMAGINARY-2000   U",
    "Controller = 1",
    OLD,
    " :4     8 Rbld   0 1.818 TB SATA HDD N   N  512B IMAGINARY-2000   U",
  );
  expect(judged(storcliPhysicalDisks, data)).toMatchObject([
    {
      service: "RAID physical disk /c0/e252/s0",
      item: "/c0/e252/s0",
      state: OK,
      summary: "online, 1.818 TB",
    },
    { service: "RAID physical disk /c1/s4", state: WARN, summary: "rebuild, 1.818 TB" },
  ]);
  expect(sampleLines(samples(storcliPhysicalDisks, data))[1]).toBe(
    'roundsman_raid_healthy{source="storcli",kind="disk",part="/c1/s4"} 0',
  );
});

test("a column for the status counts more than that for the state", () => {
  const data = parse("Controller = 0", NEW, "252:0 7 Conf Online 0 1.818 TB SATA HDD");
  expect(judged(storcliPhysicalDisks, data)[0]).toMatchObject({
    state: OK,
    summary: "online, 1.818 TB",
  });
});

test("without titles there is no telling what stands where", () => {
  expect(parse("252:0 7 Onln 0 1.818 TB", "EID=Enclosure Device ID|Slt=Slot No.")).toBeUndefined();
});
