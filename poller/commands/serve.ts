import { pino } from "pino";
import { checks } from "../checks/index.ts";
import { reportFamilies } from "../host_metrics.ts";
import { httpServer } from "../http/server.ts";
import { poll } from "../poll.ts";
import { Rounds } from "../rounds.ts";
import { SelfMetrics } from "../self.ts";
import { type Snapshot, Snapshots } from "../snapshots.ts";
import { tcp } from "../sources/tcp.ts";
import { staticHosts } from "../targets/static.ts";
import { version } from "../version.ts";
import { type ListenFlags, listenAddress } from "./scrape_config.ts";
import { configOf } from "./usage.ts";

/** A poller at work. */
export interface Serving {
  /** Where it listens, as a URL. */
  readonly url: string;
  readonly hosts: number;
  /** Stops polling, lets requests end, and resolves. */
  readonly stop: () => Promise<void>;
}

/** Polls the hosts of a config and shows them over HTTP. Rejects when it cannot listen. */
export async function serve(flags: ListenFlags): Promise<Serving> {
  const config = configOf(flags.config);
  const address = listenAddress(flags, config.listen);
  const hosts = staticHosts(config);
  const families = reportFamilies(checks);
  const snapshots = new Snapshots();
  const means = { source: tcp(config.poll), catalogue: checks, families };
  const log = pino({ base: null }, pino.destination({ fd: 2, sync: true }));
  const self = new SelfMetrics({
    version,
    hosts: () => hosts.length,
    skipped: () => rounds.skipped,
  });
  const rounds = new Rounds(
    hosts,
    async (host, signal) => {
      const last = snapshots.get(host.name);
      const snapshot = await self.polling(poll(host, last, means, signal));
      snapshots.set(snapshot);
      noteChange(log, last, snapshot);
    },
    { onDefect: (host, err) => log.error({ host: host.name, err }, "a poll broke") },
  );
  const server = httpServer({
    snapshots,
    families,
    self,
    hosts: () => hosts,
    onDefect: (err) => log.error({ err }, "a request broke"),
  });
  const url = await server.listen({ host: address.host, port: address.port });
  rounds.start();
  return {
    url,
    hosts: hosts.length,
    stop: async () => {
      await Promise.all([rounds.stop(), server.close()]);
    },
  };
}

/** Logs a host that goes down or comes back; not every poll that finds it as it was. */
function noteChange(
  log: pino.Logger,
  last: Snapshot | undefined,
  { host, up, failure }: Snapshot,
): void {
  if (up === (last?.up ?? true)) return;
  if (up) log.info({ host: host.name }, "host is back");
  else log.warn({ host: host.name, reason: failure?.reason }, failure?.message ?? "host is down");
}
