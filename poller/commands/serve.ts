import { pino } from "pino";
import { checks } from "../checks/index.ts";
import { httpServer } from "../http/server.ts";
import { judging } from "../judging.ts";
import { Piggyback } from "../piggyback.ts";
import { type Means, poll, silence } from "../poll.ts";
import { Rounds } from "../rounds.ts";
import { SelfMetrics } from "../self.ts";
import { type Snapshot, Snapshots } from "../snapshots.ts";
import { Runner } from "../sources/runner.ts";
import { sources } from "../sources/sources.ts";
import { staticHosts } from "../targets/static.ts";
import { version } from "../version.ts";
import { type ListenFlags, listenAddress } from "./scrape_config.ts";
import { configOf, type StateFlags, stateFlag, storeOf } from "./usage.ts";

/** How often it is looked for hosts that nobody speaks for any more. */
const SILENCE_MILLISECONDS = 5000;

/** A poller at work. */
export interface Serving {
  /** Where it listens, as a URL. */
  readonly url: string;
  readonly hosts: number;
  /** Stops polling, lets requests end, and resolves. */
  readonly stop: () => Promise<void>;
}

/** Polls the hosts of a config and shows them over HTTP. Rejects when it cannot listen. */
export async function serve(flags: ListenFlags & StateFlags): Promise<Serving> {
  const config = { ...configOf(flags.config), ...stateFlag(flags) };
  const address = listenAddress(flags, config.listen);
  const hosts = staticHosts(config);
  const log = pino({ base: null }, pino.destination({ fd: 2, sync: true }));
  const store = storeOf(config, (err) => log.error({ err }, "the store cannot be written"));
  const snapshots = new Snapshots();
  const runner = new Runner();
  const means: Means = {
    source: sources(config.poll, runner.run),
    judging: judging(checks, config),
    store,
    piggyback: new Piggyback(hosts.map(({ name }) => name)),
    last: (name) => snapshots.get(name),
  };
  const self: SelfMetrics = new SelfMetrics({
    version,
    hosts: () => hosts.length,
    skipped: () => rounds.skipped,
  });
  const take = (snapshot: Snapshot): void => {
    const last = snapshots.get(snapshot.host.name);
    snapshots.set(snapshot);
    noteChange(log, last, snapshot);
  };
  const rounds: Rounds = new Rounds(
    hosts,
    async (host, signal) => {
      for (const snapshot of await self.polling(poll(host, means, signal))) take(snapshot);
    },
    { onDefect: (host, err) => log.error({ host: host.name, err }, "a poll broke") },
  );
  const listening = setInterval(() => {
    const now = Date.now() / 1000;
    for (const { host, last } of means.piggyback.silent(now))
      if (snapshots.get(host)?.up === true) take(silence(host, last, means));
    for (const host of means.piggyback.forget(now)) {
      snapshots.delete(host);
      store.forgetKnown(host);
    }
  }, SILENCE_MILLISECONDS);
  const server = httpServer({
    snapshots,
    families: means.judging.families,
    self,
    hosts: () => [...hosts, ...snapshots.guests()],
    onDefect: (err) => log.error({ err }, "a request broke"),
  });
  const url = await server.listen({ host: address.host, port: address.port });
  rounds.start();
  return {
    url,
    hosts: hosts.length,
    stop: async () => {
      clearInterval(listening);
      await Promise.all([rounds.stop(), server.close()]);
      await runner.stop();
      await store.close();
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
