/** Settings that are read when the poller starts, and never again. */
import { formatAddress } from "../address.ts";
import type { Config } from "../config.ts";

interface Setting {
  readonly key: string;
  readonly read: (config: Config) => string | number | boolean | undefined;
  /** What may be told of it, where that is not all of it. */
  readonly show?: (config: Config) => string;
}

const SETTINGS: readonly Setting[] = [
  { key: "listen", read: ({ listen }) => formatAddress(listen) },
  { key: "state_dir", read: ({ stateDir }) => stateDir },
  { key: "web_config", read: ({ webConfig }) => webConfig },
  { key: "probe_any", read: ({ probeAny }) => probeAny },
  { key: "processes", read: ({ processes }) => processes },
  { key: "poll.concurrency", read: ({ poll }) => poll.concurrency },
  { key: "poll.max_open", read: ({ poll }) => poll.maxOpen },
  {
    key: "remote_write",
    read: ({ remoteWrite }) => JSON.stringify(remoteWrite),
    // Their headers may be secrets.
    show: ({ remoteWrite }) => remoteWrite.map(({ name }) => name).join(", ") || "none",
  },
];

/** What of a config has no effect yet, a line each; `inForce` is what the poller began with. */
export const awaitingRestart = (next: Config, inForce: Config): string[] =>
  SETTINGS.filter(({ read }) => read(next) !== read(inForce)).map((setting) => {
    const [to, from] = [shown(setting, next), shown(setting, inForce)];
    const what = to === from ? `what is new of ${to}` : `${to} instead of ${from}`;
    return `${setting.key}: ${what} takes effect after a restart`;
  });

const shown = ({ read, show }: Setting, config: Config): string =>
  show?.(config) ?? String(read(config) ?? "none");
