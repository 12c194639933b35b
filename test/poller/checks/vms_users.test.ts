import { expect, test } from "vitest";
import { vmsUsers } from "../../../poller/checks/vms_users.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  vmsUsers.parse(sectionRows(["<<<vms_users>>>", ...lines, ""].join("\r\n")));

test("those who are there in person are told", () => {
  const data = parse("WREN 2 - - 1", "SYSTEM 1      ", "TCPIP$FTP - - - 1");
  const [result] = judged(vmsUsers, data);
  expect(result).toMatchObject({
    service: "VMS Users",
    summary: "Interactive users: WREN: 2, SYSTEM: 1",
  });
  expect(perfdata(result)).toEqual({ sessions: 3 });
  expect(sampleLines(samples(vmsUsers, data))).toEqual([
    'roundsman_vms_user_processes{kind="interactive"} 3',
    'roundsman_vms_user_processes{kind="subprocess"} 0',
    'roundsman_vms_user_processes{kind="batch"} 0',
    'roundsman_vms_user_processes{kind="network"} 2',
  ]);
});

test("a host may be alone", () => {
  expect(judged(vmsUsers, parse("TCPIP$FTP - - - 1"))[0]?.summary).toBe("No interactive users");
  expect(parse()).toBeUndefined();
});
