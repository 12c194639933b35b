import { expect, test } from "vitest";
import { drbd } from "../../../poller/checks/drbd.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const COUNTS =
  "    ns:40 nr:30 dw:20 dr:10 al:7 bm:6 lo:5 pe:4 ua:3 ap:2 ep:1 wo:f oos:8\n".trimEnd();
const device = (link: string, counts = COUNTS) =>
  drbd.parse(rows("version: 8.4.11 (api:1/proto:86-101)", ` 0: ${link} C r-----`, counts));
const WELL = "cs:Connected ro:Primary/Secondary ds:UpToDate/UpToDate";
const stateOf = (link: string) => judged(drbd, device(link))[0]?.state;

test("counters are exported as node_exporter names them, in bytes", () => {
  expect(sampleLines(samples(drbd, device(WELL)))).toEqual([
    'node_drbd_network_sent_bytes_total{device="drbd0"} 40960',
    'node_drbd_network_received_bytes_total{device="drbd0"} 30720',
    'node_drbd_disk_written_bytes_total{device="drbd0"} 20480',
    'node_drbd_disk_read_bytes_total{device="drbd0"} 10240',
    'node_drbd_activitylog_writes_total{device="drbd0"} 7',
    'node_drbd_bitmap_writes_total{device="drbd0"} 6',
    'node_drbd_local_pending{device="drbd0"} 5',
    'node_drbd_remote_pending{device="drbd0"} 4',
    'node_drbd_remote_unacknowledged{device="drbd0"} 3',
    'node_drbd_application_pending{device="drbd0"} 2',
    'node_drbd_epochs{device="drbd0"} 1',
    'node_drbd_out_of_sync_bytes{device="drbd0"} 8192',
    'node_drbd_connected{device="drbd0"} 1',
    'node_drbd_node_role_is_primary{device="drbd0",node="local"} 1',
    'node_drbd_disk_state_is_up_to_date{device="drbd0",node="local"} 1',
    'node_drbd_node_role_is_primary{device="drbd0",node="remote"} 0',
    'node_drbd_disk_state_is_up_to_date{device="drbd0",node="remote"} 1',
  ]);
});

test("a device that is connected and up to date is well", () => {
  expect(judged(drbd, device(WELL))).toMatchObject([
    {
      service: "DRBD drbd0",
      item: "drbd0",
      state: OK,
      summary: "Connected, Primary/Secondary, UpToDate/UpToDate",
    },
  ]);
});

test.each([
  ["a peer that is gone", "cs:WFConnection ro:Primary/Unknown ds:UpToDate/DUnknown", CRIT],
  ["a disk of our own that failed", "cs:Connected ro:Primary/Secondary ds:Failed/UpToDate", CRIT],
  ["synchronisation", "cs:SyncTarget ro:Secondary/Primary ds:Inconsistent/UpToDate", WARN],
  ["a peer that lags behind", "cs:Connected ro:Primary/Secondary ds:UpToDate/Outdated", WARN],
  ["verification", "cs:VerifyS ro:Primary/Secondary ds:UpToDate/UpToDate", OK],
])("%s is judged by how bad it is", (_, link, state) => {
  expect(stateOf(link)).toBe(state);
});

test("two reports give rates", () => {
  const previous = { data: device(WELL, " ns:0 nr:0 dw:0 dr:0 pe:0 oos:0")!, at: 100 };
  const [service] = judged(drbd, device(WELL), { at: 110, previous });
  expect(perfdata(service)).toEqual({
    in: 3072,
    out: 4096,
    read: 1024,
    write: 2048,
    out_of_sync: 8192,
    pending: 4,
  });
});

test("a device with several peers is one service, as bad as its worst link", () => {
  const link = (connection: string, peerDisk: string) =>
    `3: cs:${connection} ro:Primary/Secondary ds:UpToDate/${peerDisk} C r-----`;
  const data = drbd.parse(
    rows(link("Established", "UpToDate"), "ns:1 dw:5", link("Connecting", "DUnknown"), "ns:2 dw:5"),
  );
  expect(judged(drbd, data).map(({ service, state }) => [service, state])).toEqual([
    ["DRBD drbd3", CRIT],
  ]);
  const lines = sampleLines(samples(drbd, data));
  expect(lines).toContain('node_drbd_network_sent_bytes_total{device="drbd3"} 3072');
  expect(lines).toContain('node_drbd_disk_written_bytes_total{device="drbd3"} 5120');
  expect(lines).toContain('node_drbd_connected{device="drbd3"} 0');
});

test("devices that nobody configured are none", () => {
  expect(drbd.parse(rows("version: 9.2.8 (api:2/proto:86-122)"))).toBeUndefined();
  expect(drbd.parse(rows(" 0: cs:Unconfigured", COUNTS))).toBeUndefined();
});
