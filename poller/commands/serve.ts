import { join } from "node:path";
import { type Logger, pino } from "pino";
import { checks } from "../checks/index.ts";
import type { Config } from "../config.ts";
import { snakeCase } from "../config/params.ts";
import { reportFamilies } from "../host_metrics.ts";
import { httpServer } from "../http/server.ts";
import { WebFiles } from "../http/web_files.ts";
import { stateDirectory } from "../memory/store.ts";
import { type HostPolling, Polling } from "../polling.ts";
import { Processes } from "../processes/processes.ts";
import { Publishing } from "../publishing.ts";
import { ReloadedConfig } from "../reload.ts";
import { SelfMetrics } from "../self.ts";
import type { Snapshot } from "../snapshots.ts";
import { Directory } from "../targets/directory.ts";
import type { Change } from "../targets/fleet.ts";
import { hostAt } from "../targets/static.ts";
import { version } from "../version.ts";
import { type ListenFlags, listenAddress } from "./scrape_config.ts";
import { configOf, lockOf, type StateFlags, stateFlag, storeOf } from "./usage.ts";

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

/**
 * Polls the hosts of a config and shows them over HTTP. Rejects when it cannot listen, or when another
 * poller has the state directory.
 */
export async function serve(flags: ServeFlags): Promise<Serving> {
  const written = configOf(flags.config);
  const config = { ...written, ...stateFlag(flags) };
  // Before anything there is read, written or sent.
  const release = await lockOf(config);
  try {
    const serving = await served(config, written, flags);
    return { ...serving, stop: () => serving.stop().finally(release) };
  } catch (error) {
    await release();
    throw error;
  }
}

async function served(config: Config, written: Config, flags: ServeFlags): Promise<Serving> {
  const address = listenAddress(flags, config.listen);
  const log = pino({ base: null }, pino.destination({ fd: 2, sync: true }));
  const web = await webFiles(flags.webConfig ?? config.webConfig, log);
  const store = storeOf(config, (err) => log.error({ err }, "the store cannot be written"));
  const published = new Publishing(log);
  const { snapshots } = published;
  const directory = new Directory(config, {
    store,
    onChange: (change) => changed(change),
    onFault: (fault) => log.warn(`targets: ${fault}`),
  });
  const last = (name: string): Snapshot | undefined => snapshots.get(name);
  const stateDir = config.stateDir ?? stateDirectory();
  const showing = { last, told: published };
  const polling: HostPolling =
    config.processes === 1
      ? new Polling(directory.hosts, config, {
          ...{ ...showing, store },
          self: { polling: (poll) => self.polling(poll) },
        })
      : new Processes(directory.hosts, config, {
          ...{ ...showing, count: config.processes, stateDir, log },
        });
  const self: SelfMetrics = new SelfMetrics({
    version,
    hosts: () => directory.hosts.length,
    series: () => snapshots.series(),
    ...polling.vitals,
    reload: () => reloaded?.state,
    ...(config.remoteWrite.length > 0 && { remoteWrite: () => published.writing?.stats() ?? [] }),
  });
  const changed = ({ removed }: Change): void => {
    const { hosts } = directory;
    polling.configure(hosts);
    const present = new Set(hosts.map(({ name }) => name));
    for (const { name } of removed) if (!present.has(name)) published.onGone(name);
  };
  const reloaded = flags.config === undefined ? undefined : reloadedConfig(flags.config);
  function reloadedConfig(file: string): ReloadedConfig {
    return new ReloadedConfig(file, {
      apply: async (next) => {
        polling.judgeBy(next);
        await directory.configure(next);
        for (const key of NEEDS_RESTART)
          if (JSON.stringify(next[key]) !== JSON.stringify(written[key]))
            log.warn(`${snakeCase(key)} changes with a restart only`);
      },
      onTaken: () => log.info(`${file} is in force, ${directory.hosts.length} hosts`),
      onRefused: (error) => log.error(`the config stays as it was: ${error}`),
    });
  }
  const probeAny = flags.probeAny ?? config.probeAny;
  const server = httpServer(
    {
      snapshots,
      catalogue: checks,
      families: reportFamilies(checks),
      self,
      prober: {
        poll: polling.poll,
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
    // Its packages take 8 MB, which most pollers do not need.
    const { remoteWrite } = await import("../sinks/remote_write.ts");
    const folder = join(stateDir, "remote_write");
    published.writing = remoteWrite(config.remoteWrite, { folder, log });
  }
  polling.start();
  await directory.start();
  reloaded?.watch();
  return {
    url,
    hosts: directory.hosts.length,
    reload: () => reloaded?.reload() ?? Promise.resolve(),
    stop: async () => {
      reloaded?.stop();
      directory.stop();
      await Promise.all([polling.stop(), server.close()]);
      published.stop();
      await published.writing?.close();
      await store.close();
    },
  };
}

/** Settings that are read at the start alone. */
const NEEDS_RESTART: readonly (keyof Config)[] = [
  "listen",
  "stateDir",
  "webConfig",
  "probeAny",
  "processes",
  "remoteWrite",
];

/** How HTTP is protected, if at all; what is wrong with it later changes nothing. */
const webFiles = async (path: string | undefined, log: Logger): Promise<WebFiles | undefined> =>
  path === undefined
    ? undefined
    : WebFiles.open(path, {
        onFault: ({ message }) => log.error(`web config kept as it was: ${message}`),
      });
