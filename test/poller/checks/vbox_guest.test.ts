import { expect, test } from "vitest";
import { vboxGuest } from "../../../poller/checks/vbox_guest.ts";
import { CRIT, OK, UNKNOWN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => vboxGuest.parse(rows(...lines));
const HOST = "Name: /VirtualBox/HostInfo/VBoxVer, value: 7.0.8";
const GUEST = [
  HOST,
  "Name: /VirtualBox/GuestAdd/Version, value: 7.0.6",
  "Name: /VirtualBox/GuestAdd/Revision, value: 155176, timestamp: 1700000000, flags: ",
];

test("a guest tells the versions inside and around it", () => {
  expect(judged(vboxGuest, parse(...GUEST))).toMatchObject([
    {
      service: "VBox Guest Additions",
      state: OK,
      summary: "version 7.0.6, revision 155176, VirtualBox 7.0.8",
    },
  ]);
  expect(sampleLines(samples(vboxGuest, parse(...GUEST)))).toEqual([
    'roundsman_vbox_guest_info{version="7.0.6",host_version="7.0.8"} 1',
  ]);
});

test("a guest whose additions do not run is told", () => {
  const data = parse(HOST);
  expect(judged(vboxGuest, data)[0]).toMatchObject({
    state: CRIT,
    summary: "not running, VirtualBox 7.0.8",
  });
  expect(samples(vboxGuest, data)).toEqual([]);
});

test("a tool that failed is unknown, and a host that is no guest has no service", () => {
  expect(judged(vboxGuest, parse("ERROR"))[0]).toMatchObject({ state: UNKNOWN });
  expect(parse()).toBeUndefined();
});
