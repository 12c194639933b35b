import { join } from "node:path";
import { pino } from "pino";
import { checks } from "../checks/index.ts";
import { Flights } from "../flights.ts";
import { httpServer } from "../http/server.ts";
import { WebFiles } from "../http/web_files.ts";
import { plural } from "../judge/format.ts";
import { judging } from "../judging.ts";
import { forgetful, stateDirectory } from "../memory/store.ts";
import { Piggyback } from "../piggyback.ts";
import { type Means, poll, silence } from "../poll.ts";
import { Rounds } from "../rounds.ts";
import { SelfMetrics } from "../self.ts";
import { remoteWrite, type RemoteWriting } from "../sinks/remote_write.ts";
import { type Snapshot, Snapshots } from "../snapshots.ts";
import { Runner } from "../sources/runner.ts";
import { sources } from "../sources/sources.ts";
import type { Config } from "../config.ts";
import { snakeCase } from "../config/params.ts";
import { ReloadedConfig } from "../reload.ts";
import { Directory } from "../targets/directory.ts";
import type { Change } from "../targets/fleet.ts";
import { hostAt } from "../targets/static.ts";
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
  /** Reads the config again, where there is one. */
  readonly reload: () => Promise<unknown>;
  /** Stops polling, lets requests end, and resolves. */
  readonly stop: () => Promise<void>;
}

/** How HTTP is served, over what a config says. */
export interface ServeFlags extends ListenFlags, StateFlags {
  readonly webConfig?: string;
  readonly probeAny?: boolean;
}

/** Polls the hosts of a config and shows them over HTTP. Rejects when it cannot listen. */
export async function serve(flags: ServeFlags): Promise<Serving> {
  const written = configOf(flags.config);
  const config = { ...written, ...stateFlag(flags) };
  const address = listenAddress(flags, config.listen);
  const log = pino({ base: null }, pino.destination({ fd: 2, sync: true }));
  const webConfig = flags.webConfig ?? config.webConfig;
  const web =
    webConfig === undefined
      ? undefined
      : await WebFiles.open(webConfig, {
          onFault: ({ message }) => log.error(`web config kept as it was: ${message}`),
        });
  const store = storeOf(config, (err) => log.error({ err }, "the store cannot be written"));
  const snapshots = new Snapshots();
  const runner = new Runner();
  const directory = new Directory(config, {
    store,
    onChange: (change) => changed(change),
    onFault: (fault) => log.warn(`targets: ${fault}`),
  });
  const names = (): string[] => directory.hosts.map(({ name }) => name);
  const means: Changeable<Means> = {
    source: sources(config.poll, runner.run),
    judging: judging(checks, config),
    store,
    piggyback: new Piggyback(names()),
    last: (name) => snapshots.get(name),
  };
  const self: SelfMetrics = new SelfMetrics({
    version,
    hosts: () => directory.hosts.length,
    skipped: () => rounds.skipped,
    reload: () => reloaded?.state,
    ...(config.remoteWrite.length > 0 && { remoteWrite: () => writing?.stats() ?? [] }),
  });
  let writing: RemoteWriting | undefined;
  const take = (snapshot: Snapshot): void => {
    const last = snapshots.get(snapshot.host.name);
    snapshots.set(snapshot);
    noteChange(log, last, snapshot);
    writing?.take(snapshot);
  };
  const flights = new Flights(async (host, signal) => {
    const listed = directory.has(host);
    // What strangers say is neither kept nor measured by what was kept, and is about nobody else.
    const strange = { store: forgetful(), piggyback: new Piggyback([]), last: () => undefined };
    const polled = await self.polling(poll(host, { ...means, ...(!listed && strange) }, signal));
    if (listed) for (const snapshot of polled) take(snapshot);
    const [own] = polled;
    if (!own) throw new Error("a poll gave nothing");
    return own;
  });
  const rounds: Rounds = new Rounds(
    directory.hosts,
    async (host, signal) => {
      await flights.poll(host, signal);
    },
    { onDefect: (host, err) => log.error({ host: host.name, err }, "a poll broke") },
  );
  function changed({ removed }: Change): void {
    rounds.update(directory.hosts);
    means.piggyback.configure(names());
    const present = new Set(names());
    for (const { name } of removed.filter((host) => !present.has(host.name))) {
      snapshots.delete(name);
      writing?.gone(name);
    }
  }
  const reloaded = flags.config === undefined ? undefined : reloadedConfig(flags.config);
  function reloadedConfig(file: string): ReloadedConfig {
    return new ReloadedConfig(file, {
      apply: async (next) => {
        const { rules, require, poll } = next;
        means.judging = { ...means.judging, rules, require, maxSeries: poll.maxSeries };
        await directory.configure(next);
        for (const key of NEEDS_RESTART)
          if (JSON.stringify(next[key]) !== JSON.stringify(written[key]))
            log.warn(`${snakeCase(key)} changes with a restart only`);
      },
      onTaken: () => log.info(`${file} is in force, ${directory.hosts.length} hosts`),
      onRefused: (error) => log.error(`the config stays as it was: ${error}`),
    });
  }
  const listening = setInterval(() => {
    const now = Date.now() / 1000;
    const silent = means.piggyback
      .silent(now)
      .filter(({ host }) => snapshots.get(host)?.up === true);
    for (const { host, last } of silent) take(silence(host, last, means));
    if (silent.length > 0)
      log.warn({ hosts: silent.slice(0, 10).map(({ host }) => host) }, saidNothing(silent.length));
    for (const host of means.piggyback.forget(now)) {
      snapshots.delete(host);
      store.forgetKnown(host);
      writing?.gone(host);
    }
  }, SILENCE_MILLISECONDS);
  const probeAny = flags.probeAny ?? config.probeAny;
  const server = httpServer(
    {
      snapshots,
      catalogue: checks,
      families: means.judging.families,
      self,
      prober: {
        poll: (host, signal) => flights.poll(host, signal),
        unlisted: probeAny ? (at) => hostAt(at, config.poll) : undefined,
      },
      hosts: () => [...directory.hosts, ...snapshots.guests()],
      config: () => reloaded?.text,
      ...(reloaded && { reload: () => reloaded.reload() }),
      onDefect: (err) => log.error({ err }, "a request broke"),
    },
    { web },
  );
  const place = await server.listen({ host: address.host, port: address.port });
  const url = web?.current.tls ? place.replace(/^http:/, "https:") : place;
  // Whoever has the port has the queues.
  if (config.remoteWrite.length > 0) {
    const folder = join(config.stateDir ?? stateDirectory(), "remote_write");
    writing = remoteWrite(config.remoteWrite, { folder, log });
  }
  rounds.start();
  await directory.start();
  reloaded?.watch();
  return {
    url,
    hosts: directory.hosts.length,
    reload: () => reloaded?.reload() ?? Promise.resolve(),
    stop: async () => {
      clearInterval(listening);
      reloaded?.stop();
      directory.stop();
      await Promise.all([rounds.stop(), flights.stop(), server.close()]);
      await Promise.all([runner.stop(), writing?.close()]);
      await store.close();
    },
  };
}

type Changeable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Settings that are read at the start alone. */
const NEEDS_RESTART: readonly (keyof Config)[] = [
  "listen",
  "stateDir",
  "webConfig",
  "probeAny",
  "remoteWrite",
];

const saidNothing = (count: number): string =>
  `of ${plural(count, "host")} nothing is said any more by those who speak for them`;

/** Logs a host that goes down or comes back; not every poll that finds it as it was. */
function noteChange(
  log: pino.Logger,
  last: Snapshot | undefined,
  { host, up, failure }: Snapshot,
): void {
  const { guestOf } = host;
  // Of those that others speak for there may be very many: they are told together.
  if (up === (last?.up ?? true) || guestOf !== undefined) return;
  if (up) log.info({ host: host.name }, "host is back");
  else log.warn({ host: host.name, reason: failure?.reason }, failure?.message ?? "host is down");
}
