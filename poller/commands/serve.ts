import { join } from "node:path";
import { type Logger, pino } from "pino";
import { checks } from "../checks/index.ts";
import { type Config, defaultConfig, readConfig } from "../config.ts";
import { awaitingRestart } from "../config/restart.ts";
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
import { lockOf, type StateFlags, stateFlag, storeOf, textOf } from "./usage.ts";

/** A poller at work. */
interface Serving {
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
  const { config: file } = flags;
  const source = file === undefined ? undefined : { file, text: textOf(file) };
  const written = source ? readConfig(source.file, source.text) : defaultConfig();
  const config = withFlags(written, flags);
  // Before anything there is read, written or sent.
  const release = await lockOf(config);
  try {
    const serving = await served(config, source, flags);
    return { ...serving, stop: () => serving.stop().finally(release) };
  } catch (error) {
    await release();
    throw error;
  }
}

/** A config, and what flags say over it. */
const withFlags = (config: Config, flags: ServeFlags): Config => ({
  ...config,
  ...stateFlag(flags),
  listen: listenAddress(flags, config.listen),
  webConfig: flags.webConfig ?? config.webConfig,
  probeAny: flags.probeAny ?? config.probeAny,
});

interface Source {
  readonly file: string;
  readonly text: string;
}

async function served(
  config: Config,
  source: Source | undefined,
  flags: ServeFlags,
): Promise<Serving> {
  const log = pino({ base: null }, pino.destination({ fd: 2, sync: true }));
  const web = await webFiles(config.webConfig, log);
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
  let { poll } = config;
  const reloaded = source && reloadedConfig(source);
  function reloadedConfig({ file, text }: Source): ReloadedConfig {
    return new ReloadedConfig(file, text, {
      apply: async (next) => {
        ({ poll } = next);
        polling.judgeBy(next);
        await directory.configure(next);
        for (const line of awaitingRestart(withFlags(next, flags), config)) log.warn(line);
      },
      onTaken: () => log.info(`${file} is in force, ${directory.hosts.length} hosts`),
      onRefused: (error) => log.error(`the config stays as it was: ${error}`),
    });
  }
  const server = httpServer(
    {
      snapshots,
      catalogue: checks,
      families: reportFamilies(checks),
      self,
      prober: {
        poll: polling.poll,
        unlisted: config.probeAny ? (at) => hostAt(at, poll) : undefined,
      },
      hosts: () => [...directory.hosts, ...snapshots.guests()],
      config: () => reloaded?.text,
      ...(reloaded && { reload: () => reloaded.reload() }),
      onDefect: (err) => log.error({ err }, "a request broke"),
    },
    { web },
  );
  const place = await server.listen({ host: config.listen.host, port: config.listen.port });
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

/** How HTTP is protected, if at all; what is wrong with it later changes nothing. */
const webFiles = async (path: string | undefined, log: Logger): Promise<WebFiles | undefined> =>
  path === undefined
    ? undefined
    : WebFiles.open(path, {
        onFault: ({ message }) => log.error(`web config kept as it was: ${message}`),
      });
