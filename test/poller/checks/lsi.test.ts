import { expect, test } from "vitest";
import { lsi } from "../../../poller/checks/lsi.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => lsi.parse(rows(...lines));

test("arrays and disks are services, though they may have one number", () => {
  const data = parse(
    "VolumeID 1",
    "Statusofvolume Okay(OKY)",
    "TargetID 1",
    "State Online(ONL)",
    "TargetID 2",
    "State Failed(FLD)",
  );
  expect(judged(lsi, data)).toMatchObject([
    { service: "RAID array 1", item: "1", state: OK, summary: "okay" },
    { service: "RAID disk 1", state: OK, summary: "online" },
    { service: "RAID disk 2", state: CRIT, summary: "failed" },
  ]);
  expect(sampleLines(samples(lsi, data))).toHaveLength(3);
});

test("a state of nothing is none", () => {
  expect(parse("State Online(ONL)", "TargetID 3", "State")).toBeUndefined();
});
