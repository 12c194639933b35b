import { expect, test } from "vitest";
import { cifsmounts } from "../../../poller/checks/cifsmounts.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => cifsmounts.parse(rows(...lines));

test("a mount that answers is OK, one that hangs or is closed to the agent CRIT", () => {
  const results = judged(
    cifsmounts,
    parse(
      "/mnt/our data ok 100 50 40 1024",
      "/mnt/dead hanging 0 0 0 0",
      "/mnt/locked Permission denied",
    ),
  );
  expect(results.map(({ service, state }) => [service, state])).toEqual([
    ["CIFS mount /mnt/our data", OK],
    ["CIFS mount /mnt/dead", CRIT],
    ["CIFS mount /mnt/locked", CRIT],
  ]);
  expect(perfdata(results[0])).toMatchObject({ fs_used: 61_440, fs_size: 102_400 });
});

test("a server that tells no sizes answers all the same", () => {
  const data = parse("/mnt/odd ok 0 0 0 0");
  expect(judged(cifsmounts, data)).toMatchObject([{ state: OK, perfdata: [] }]);
  expect(sampleLines(samples(cifsmounts, data))).toEqual([
    'roundsman_network_mount_hanging{mountpoint="/mnt/odd",source=""} 0',
  ]);
});

test("of two mounts at one place the last counts; without any there is no section", () => {
  expect(judged(cifsmounts, parse("/a hanging 0 0 0 0", "/a ok 1 1 1 1"))).toMatchObject([
    { state: OK },
  ]);
  expect(parse()).toBeUndefined();
});
