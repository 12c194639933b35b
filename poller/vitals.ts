import type { Metrics } from "./self.ts";
import type { RemoteWriteStats } from "./sinks/remote_write.ts";
import type { Activity } from "./sources/tcp.ts";
import type { ReloadState } from "./reload.ts";

/** What the poller can tell of its own state whenever it is asked. */
export interface Vitals {
  readonly version: string;
  /** Hosts that are to be polled. */
  hosts(): number;
  /** Turns that hosts lost since the start because their poll before was not done. */
  skipped(): number;
  /** What fetching is about. */
  activity?(): Activity | undefined;
  /** Series of hosts that a scrape of everything gives. */
  series?(): number;
  /** How the config was last read again; absent where there is none. */
  reload?(): ReloadState | undefined;
  /** Where samples are written to, if anywhere. */
  remoteWrite?(): readonly RemoteWriteStats[];
  /** How often processes that poll for this one were started again. */
  restarts?(): number;
  /** Metrics of those processes, to be added up with our own. */
  others?(): Promise<readonly Metrics[]>;
}

type Value = readonly [value: number, ...labels: string[]];

/** A metric that is read when it is asked for; a counter if its name ends in `_total`. */
export interface Reading {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Nothing where there is nothing to tell. */
  readonly read: () => readonly Value[];
}

/** A metric of something that may be absent. */
const of =
  <Subject>(subject: () => Subject | undefined) =>
  (
    name: string,
    help: string,
    read: (subject: Subject) => number | readonly Value[],
    ...labels: string[]
  ): Reading => ({
    name: `roundsman_${name}`,
    help,
    labels,
    read: () => {
      const one = subject();
      const value = one === undefined ? [] : read(one);
      return typeof value === "number" ? [[value]] : value;
    },
  });

/** The metrics of all that the poller can tell. */
export const readings = (vitals: Vitals): readonly Reading[] => [
  ...general(vitals),
  ...(vitals.activity ? fetching(() => vitals.activity?.()) : []),
  ...reloading(() => vitals.reload?.()),
  ...(vitals.remoteWrite ? writing(() => vitals.remoteWrite?.() ?? []) : []),
];

const general = (vitals: Vitals): readonly Reading[] => {
  const tell = of(() => vitals);
  return [
    tell("hosts", "Hosts that are polled.", (all) => all.hosts()),
    tell(
      "polls_skipped_total",
      "Turns that hosts lost because their poll before was not done.",
      (all) => all.skipped(),
    ),
    ...(vitals.series
      ? [tell("series_exposed", "Series of all hosts.", (all) => all.series?.() ?? [])]
      : []),
    ...(vitals.restarts
      ? [
          tell(
            "process_restarts_total",
            "Processes that poll hosts and were started again because they had died.",
            (all) => all.restarts?.() ?? [],
          ),
        ]
      : []),
  ];
};

function fetching(activity: () => Activity | undefined): readonly Reading[] {
  const tell = of(activity);
  return [
    tell(
      "fetches_open",
      "Fetches over TCP that may have a connection, most of which only wait for their host.",
      ({ open }) => open,
    ),
    tell("fetches_busy", "Fetches that are being read or processed.", ({ busy }) => busy),
    tell(
      "fetches_waiting",
      "Fetches that queue: for leave to connect, for a slot, for a turn of the event loop.",
      ({ waiting }) => Object.entries(waiting).map(([queue, count]) => [count, queue]),
      "queue",
    ),
    tell(
      "received_bytes_total",
      "What came over TCP, without what TLS adds.",
      ({ receivedBytes }) => receivedBytes,
    ),
    tell(
      "dns_lookups_total",
      "Names that the resolver was asked for; answers are kept for a minute.",
      ({ lookup }) => lookup.asked,
    ),
    tell("dns_failures_total", "Names that it did not find.", ({ lookup }) => lookup.failed),
    tell("dns_names", "Names of which something is known.", ({ lookup }) => lookup.names),
    tell(
      "dns_names_asked",
      "Names that are being asked for, those included that queue.",
      ({ lookup }) => lookup.asking,
    ),
  ];
}

function reloading(reload: () => ReloadState | undefined): readonly Reading[] {
  const tell = of(reload);
  return [
    tell(
      "config_last_reload_successful",
      "Whether the config could be read when it was read last.",
      ({ ok }) => Number(ok),
    ),
    tell(
      "config_last_reload_success_timestamp_seconds",
      "When the config that is in force was read, in epoch seconds.",
      ({ at }) => at,
    ),
  ];
}

function writing(stats: () => readonly RemoteWriteStats[]): readonly Reading[] {
  const tell = (name: string, help: string, read: (one: RemoteWriteStats) => number): Reading =>
    of(stats)(
      `remote_write_${name}`,
      help,
      (all) => all.map((one) => [read(one), one.receiver]),
      "receiver",
    );
  return [
    tell("samples_sent_total", "Samples that a receiver took.", ({ sent }) => sent),
    tell("samples_failed_total", "Samples that a receiver refused.", ({ failed }) => failed),
    of(stats)(
      "remote_write_samples_dropped_total",
      "Samples that were not sent, by reason.",
      (all) =>
        all.flatMap(({ receiver, dropped }) =>
          Object.entries(dropped).map(([reason, count]) => [count, receiver, reason] as const),
        ),
      ...["receiver", "reason"],
    ),
    tell("retries_total", "Requests that were made again.", ({ retries }) => retries),
    tell("pending_bytes", "What waits on disk.", ({ pendingBytes }) => pendingBytes),
    tell(
      "oldest_pending_seconds",
      "How long the oldest of it has waited.",
      ({ oldestPendingSeconds }) => oldestPendingSeconds,
    ),
  ];
}
