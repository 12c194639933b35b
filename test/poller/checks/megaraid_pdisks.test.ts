import { expect, test } from "vitest";
import { megaraidPdisks } from "../../../poller/checks/megaraid_pdisks.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => megaraidPdisks.parse(rows(...lines));
const disk = (slot: number, state: string, failures = 0) => [
  "Enclosure Device ID: 252",
  `Slot Number: ${slot}`,
  "Enclosure position: 1",
  `Predictive Failure Count: ${failures}`,
  "Raw Size: 1.819 TB [0xe8e088b0 Sectors]",
  `Firmware state: ${state}`,
  "Inquiry Data: IMAGINARY   2000",
];

test("disks are services, by the numbers of controller, enclosure and slot", () => {
  const data = parse(
    "Adapter #0",
    ...disk(0, "Online, Spun Up"),
    ...disk(1, "Failed"),
    "Adapter #1",
    ...disk(0, "Hotspare, Spun down", 3),
  );
  expect(judged(megaraidPdisks, data)).toMatchObject([
    { service: "RAID physical disk /c0/e252/s0", state: OK, summary: "online, IMAGINARY 2000" },
    { item: "/c0/e252/s1", state: CRIT },
    {
      item: "/c1/e252/s0",
      state: WARN,
      summary: "hotspare, 3 predictive failures, IMAGINARY 2000",
    },
  ]);
  expect(sampleLines(samples(megaraidPdisks, data))[0]).toBe(
    'roundsman_raid_healthy{source="megaraid",kind="disk",part="/c0/e252/s0"} 1',
  );
});

test("without an enclosure there is none in the name; without a state there is no disk", () => {
  expect(parse("Enclosure Device ID: N/A", "Slot Number: 2", "Firmware state: JBOD")).toMatchObject(
    [{ name: "/c0/s2" }],
  );
  expect(parse("Slot Number: 2", "Adapter #1", "Firmware state: JBOD")).toBeUndefined();
});
