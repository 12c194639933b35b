import { chrony } from "../../poller/checks/chrony.ts";
import { cpu } from "../../poller/checks/cpu.ts";
import { diskstat } from "../../poller/checks/diskstat.ts";
import { job } from "../../poller/checks/job.ts";
import { kernel } from "../../poller/checks/kernel.ts";
import { lnxIf } from "../../poller/checks/lnx_if.ts";
import { logwatch } from "../../poller/checks/logwatch.ts";
import { md } from "../../poller/checks/md.ts";
import { multipath } from "../../poller/checks/multipath.ts";
import { ntp } from "../../poller/checks/ntp.ts";
import { ps } from "../../poller/checks/ps.ts";
import type { Rows } from "../../poller/judge/check.ts";
import { isUp } from "../../poller/readings/interfaces.ts";
import { readUnits } from "../../poller/readings/systemd.ts";

type Stated = Readonly<Record<string, unknown>>;

/** What our checks read, in the words of Checkmk's tests. */
const FACTS: Readonly<Record<string, (rows: Rows, item: string | null) => unknown>> = {
  chrony: (rows) => {
    const { error, refid, source, stratum, offset } = chrony.parse(rows) ?? {};
    return {
      error,
      "Reference ID": `${String(refid)} (${source ?? ""})`,
      address: source,
      Stratum: stratum,
      "System time": offset === undefined ? undefined : offset * 1000,
    };
  },

  job: (rows, item) => {
    const { last, running = [] } = job.parse(rows)?.find(({ name }) => name === item) ?? {};
    return {
      start_time: last?.start,
      exit_code: last?.exitCode,
      running_start_time: running.length > 0 ? running : null,
      ...Object.fromEntries(last?.usage ?? []),
    };
  },

  logwatch: (rows) =>
    Object.fromEntries(
      Array.from(logwatch.parse(rows) ?? [], ([name, { status, batches }]) => [
        name,
        {
          attr: status,
          batches: Object.fromEntries(Array.from(batches, ([id, { lines }]) => [id, lines])),
        },
      ]),
    ),

  md: (rows, item) => {
    const raid = md.parse(rows)?.find(({ device }) => device === item);
    const { left, speed, kind, progress } = raid?.work ?? {};
    return {
      raid_name: raid?.level,
      raid_state: raid?.state,
      active_disks: raid?.disks.active,
      failed_disks: raid?.disks.failed,
      spare_disks: raid?.disks.spare,
      work: kind,
      progress,
      finish: left === undefined ? undefined : `${(left / 60).toFixed(1)}min`,
      speed: speed === undefined ? undefined : `${speed / 1024}K/sec`,
    };
  },

  multipath: (rows) => ({
    paths: Object.fromEntries(
      (multipath.parse(rows) ?? []).map(({ uuid, active, broken }) => [
        uuid,
        active.length + broken.length,
      ]),
    ),
  }),

  ntp: (rows) => {
    const { system, peers = [] } = ntp.parse(rows) ?? {};
    const facts = peers.map(({ name, code, stratum, when, reach, offset, jitter }) => [
      name,
      {
        statecode: code,
        stratum,
        when,
        reach,
        offset: milliseconds(offset),
        jitter: milliseconds(jitter),
      },
    ]);
    return {
      system_peer: system?.name,
      peers: Object.fromEntries(facts) as unknown,
    };
  },

  cpu: (rows) => ({ cores: cpu.parse(rows)?.cpus }),

  kernel: (rows) => {
    const data = kernel.parse(rows);
    return { timestamp: data?.time, ...Object.fromEntries(data?.counters ?? []) };
  },

  diskstat: (rows, item) => {
    const data = diskstat.parse(rows);
    const disks = (data?.disks ?? []).map((disk) => {
      const { counters } = disk;
      const [readIos, , readBytes, readTime, writeIos, , writtenBytes, writeTime, queue, busy] =
        counters;
      const facts = {
        read_ios: readIos,
        read_throughput: readBytes,
        read_ticks: readTime,
        write_ios: writeIos,
        write_throughput: writtenBytes,
        write_ticks: writeTime,
        queue_length: queue,
        utilization: busy,
      };
      return [disk.item, facts] as const;
    });
    const byItem = Object.fromEntries(disks);
    return item === null ? byItem : { timestamp: data?.time, ...byItem[item] };
  },

  lnx_if: (rows, item) => {
    const nic = lnxIf.parse(rows)?.[Number(item) - 1];
    const [inBytes, inPackets = NaN, inErrors, inDrops, , , , multicast = NaN, ...out] =
      nic?.counters ?? [];
    const [outBytes, outPackets, outErrors, outDrops] = out;
    return {
      descr: nic?.name,
      in_octets: inBytes,
      in_ucast: inPackets + multicast,
      in_mcast: multicast,
      in_err: inErrors,
      in_disc: inDrops,
      out_octets: outBytes,
      out_ucast: outPackets,
      out_err: outErrors,
      out_disc: outDrops,
      oper_status: nic && isUp(nic) ? "1" : "2",
      speed: nic?.card.speed ?? 0,
    };
  },

  systemd_units: (rows) =>
    Object.fromEntries(
      readUnits(rows.lines()).map(({ name, kind, status, ...unit }) => [
        kind === "service" ? name.replace(/\.service$/, "") : name,
        { ...unit, seconds_since_change: status.seconds },
      ]),
    ),
};

/** Without what conversion from milliseconds to seconds adds. */
const milliseconds = (seconds: number): number => Number((seconds * 1000).toFixed(6));

/** Processes as Checkmk's tests list them: user, sizes in KiB where known, …, command. */
type Listed = readonly (string | number | null)[];

/**
 * Our data keeps processes in groups only, so each that is listed is asked for by its command.
 * Users are not compared: the cases write their backslashes in two ways.
 */
function processFacts(rows: Rows, { processes = [] }: { readonly processes?: Listed[] }) {
  const groups = processes.map((listed, index) => ({
    name: String(index),
    match: String(listed.at(-1)),
  }));
  const data = ps.parse(rows, { groups });
  return {
    cores: data?.cores ?? 1,
    count: data?.count,
    processes: data?.groups.map(({ members: [first] }) => [first?.virtual, first?.resident]),
  };
}

const statedProcesses = ({ cores, processes }: Stated): object => {
  const listed = processes as Listed[] | undefined;
  return {
    ...(cores === undefined ? {} : { cores }),
    ...(listed && {
      count: listed.length,
      processes: listed.map(([, virtual, resident]) =>
        [virtual, resident].map((size) => (typeof size === "number" ? size * 1024 : 0)),
      ),
    }),
  };
};

/**
 * What a test of Checkmk's states of a section's data, and what our check reads, comparable. Throws
 * for a section of which nobody has said yet how its data compares.
 */
export function compared(section: string, rows: Rows, item: string | null, stated: Stated) {
  if (section === "ps")
    return { ours: processFacts(rows, stated), theirs: statedProcesses(stated) };
  const facts = FACTS[section];
  if (!facts) throw new Error(`what ${section} reads cannot be compared yet`);
  // The interface's type is a guess at SNMP's numbers, of no use to us.
  const kept = Object.entries(stated).filter(([name]) => section !== "lnx_if" || name !== "type");
  return { ours: facts(rows, item), theirs: Object.fromEntries(kept) };
}
