import { expect, test } from "vitest";
import { drbd } from "../../../agent/sections/drbd.ts";
import { collect, madeUp } from "./host.ts";

const EIGHT = `version: 8.4.11 (api:1/proto:86-101)
srcversion: 0123456789ABCDEF0123456
 0: cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate C r-----
    ns:4096 nr:0 dw:2048 dr:1024 al:7 bm:0 lo:0 pe:0 ua:0 ap:0 ep:1 wo:f oos:0
`;
const NINE = "version: 9.2.8 (api:2/proto:86-122)\n";
const VOLUME =
  " 3: cs:Established ro:Primary/Secondary ds:UpToDate/UpToDate C r-----\n    ns:1 nr:2\n";
const DEBUG = "/sys/kernel/debug/drbd/resources/mail/connections/db2";

test("devices are what the kernel says of them", async () => {
  const { host } = madeUp({ "/proc/drbd": EIGHT });
  expect(await collect(drbd, host)).toBe(`<<<drbd>>>\n${EIGHT}`);
});

test("since version 9 they come from debugfs, where files of other purpose are left alone", async () => {
  const { host } = madeUp({
    "/proc/drbd": NINE,
    [`${DEBUG}/0/proc_drbd`]: VOLUME,
    [`${DEBUG}/1/proc_drbd`]: VOLUME.replace("3:", "4:"),
    [`${DEBUG}/1/oldest_requests`]: "none",
    [`${DEBUG}/transport`]: "tcp",
    "/sys/kernel/debug/drbd/resources/mail/in_flight_summary": "0",
  });
  expect(await collect(drbd, host)).toBe(
    `<<<drbd>>>\n${NINE}${VOLUME}${VOLUME.replace("3:", "4:")}`,
  );
});

test("without the kernel's module there is no section", async () => {
  expect(await collect(drbd, madeUp({}).host)).toBeUndefined();
});
