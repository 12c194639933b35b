import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found, quietly } from "../judge/findings.ts";
import { bytes, bytesPerSecond, number } from "../judge/format.ts";
import { counter, each, type Family, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { rate } from "../judge/rate.ts";
import { CRIT, OK, type State, WARN } from "../judge/state.ts";

export interface Device {
  /** As in /dev: `drbd0`. */
  readonly name: string;
  /** With each peer; more than one since DRBD 9. */
  readonly links: readonly Link[];
}

interface Link {
  readonly connection: string;
  /** Ours and the peer's. */
  readonly roles: readonly string[];
  readonly disks: readonly string[];
  /** By their two letters, as the kernel counts them; `ns`, `nr`, `dw`, `dr`, `oos` in KiB. */
  readonly counters: ReadonlyMap<string, number>;
}

type Devices = readonly Device[];

/** Those that are not listed are of passing nature, as handshakes and synchronisation: they warn. */
const CONNECTIONS = stated({
  [OK]: "Connected Established VerifyS VerifyT",
  [CRIT]:
    "StandAlone Unconnected Timeout BrokenPipe NetworkFailure ProtocolError WFConnection Connecting",
});
const DISKS = stated({ [OK]: "UpToDate", [CRIT]: "Diskless Failed Outdated" });

const DEVICE = /^(\d{1,9}): cs:(\w+) (?:ro|st):(\w+)\/(\w+) ds:(\w+)\/(\w+)/;
const COUNTER = /\b([a-z]{2,3}):(\d{1,20})\b/g;

const COUNTERS = [
  ["ns", "network_sent_bytes_total", 1024, "Bytes sent to the peer."],
  ["nr", "network_received_bytes_total", 1024, "Bytes received from the peer."],
  ["dw", "disk_written_bytes_total", 1024, "Bytes written to the disk."],
  ["dr", "disk_read_bytes_total", 1024, "Bytes read from the disk."],
  ["al", "activitylog_writes_total", 1, "Updates of the activity log."],
  ["bm", "bitmap_writes_total", 1, "Updates of the bitmap."],
  ["lo", "local_pending", 1, "Requests that wait for the disk."],
  ["pe", "remote_pending", 1, "Requests that wait for the peer."],
  ["ua", "remote_unacknowledged", 1, "Requests of the peer that wait for us."],
  ["ap", "application_pending", 1, "Requests that applications wait for."],
  ["ep", "epochs", 1, "Epochs between barriers."],
  ["oos", "out_of_sync_bytes", 1024, "Bytes that differ between the disks."],
] as const;

const PER_LINK: ReadonlySet<string> = new Set(["ns", "nr", "pe", "ua", "oos"]);

/**
 * Replicated block devices.
 *
 * Section: drbd   Source: /proc/drbd, or proc_drbd in debugfs since DRBD 9 (the User's Guide of DRBD
 *          8.4, "Status information in /proc/drbd")
 * Params: none
 */
export const drbd: Check<Devices> = {
  section: "drbd",
  params: {},
  comparesWithPrevious: true,

  parse(rows) {
    const devices = new Map<string, { name: string; links: Link[] }>();
    let counters: Map<string, number> | undefined;
    for (const line of rows.lines()) {
      const [, minor, connection = "", role = "", peerRole = "", disk = "", peerDisk = ""] =
        DEVICE.exec(line) ?? [];
      if (minor !== undefined) {
        const name = `drbd${minor}`;
        const device = devices.get(name) ?? { name, links: [] };
        counters = new Map();
        const [roles, disks] = [
          [role, peerRole],
          [disk, peerDisk],
        ];
        device.links.push({ connection, roles, disks, counters });
        devices.set(name, device);
      } else if (/^\d{1,9}: cs:/.test(line)) counters = undefined;
      else if (counters && line.startsWith("ns:"))
        for (const [, name = "", digits] of line.matchAll(COUNTER)) {
          const value = integer(digits);
          if (value !== undefined) counters.set(name, value);
        }
    }
    return devices.size === 0 ? undefined : [...devices.values()];
  },

  metrics: [
    each((devices: Devices) => devices, { device: ({ name }) => name }, [
      ...COUNTERS.map(([letters, name, unit, help]): Family<Device> => {
        const family = name.endsWith("_total") ? counter<Device> : gauge<Device>;
        return family(`node_drbd_${name}`, help, (device) => total(device, letters, unit));
      }),
      gauge("node_drbd_connected", "Whether it is connected to its peers.", ({ links }) =>
        Number(links.every(({ connection }) => /^(?:Connected|Established)$/.test(connection))),
      ),
    ]),
    each(
      (devices: Devices) =>
        devices.flatMap(({ name, links: [link] }) =>
          ["local", "remote"].map((node, index) => ({
            name,
            node,
            role: link?.roles[index],
            disk: link?.disks[index],
          })),
        ),
      { device: ({ name }) => name, node: ({ node }) => node },
      [
        gauge("node_drbd_node_role_is_primary", "Whether it is used there.", ({ role }) =>
          Number(role === "Primary"),
        ),
        gauge("node_drbd_disk_state_is_up_to_date", "Whether the disk there is.", ({ disk }) =>
          Number(disk === "UpToDate"),
        ),
      ],
    ),
  ],

  *evaluate(devices, { at, previous }) {
    const earlier = new Map(previous?.data.map((device) => [device.name, device]));
    const seconds = at - (previous?.at ?? at);
    for (const device of devices) {
      const { name, links } = device;
      const before = earlier.get(name);
      const flow = (label: string, metric: string, letters: string): Finding[] => {
        const value = rate(total(device, letters), before && total(before, letters), seconds);
        return found(label, { name: metric, value, min: 0 }, bytesPerSecond).map((one) =>
          quietly(one),
        );
      };
      yield conclude(
        `DRBD ${name}`,
        [
          ...links.flatMap(condition),
          ...flow("Network in", "in", "nr"),
          ...flow("Network out", "out", "ns"),
          ...flow("Disk read", "read", "dr"),
          ...flow("Disk write", "write", "dw"),
          ...found("Out of sync", { name: "out_of_sync", value: total(device, "oos") }, bytes).map(
            (one) => quietly(one),
          ),
          ...found(
            "Waiting for the peer",
            { name: "pending", value: total(device, "pe", 1) },
            number,
          ).map((one) => quietly(one)),
        ],
        name,
      );
    }
  },
};

function condition({ connection, roles, disks }: Link): Finding[] {
  return [
    { text: connection, state: CONNECTIONS.get(connection) ?? WARN },
    { text: roles.join("/") },
    { text: disks.join("/"), state: DISKS.get(disks[0] ?? "") ?? WARN },
    ...(disks[0] === "UpToDate" && disks[1] !== "UpToDate"
      ? [{ text: "the peer's disk is not up to date", state: WARN }]
      : []),
  ];
}

/** Of all links; what a device counts whatever its peers do is told with each of them. */
function total({ links }: Device, letters: string, unit = 1024): number | undefined {
  const counts = links.flatMap(({ counters }) => counters.get(letters) ?? []);
  const [first, ...others] = counts;
  if (first === undefined) return undefined;
  return unit * (PER_LINK.has(letters) ? others.reduce((sum, count) => sum + count, first) : first);
}

/** States by words. */
function stated(words: Readonly<Partial<Record<State, string>>>): ReadonlyMap<string, State> {
  return new Map(
    ([OK, CRIT] as const).flatMap((state) =>
      (words[state] ?? "").split(" ").map((word) => [word, state] as const),
    ),
  );
}
