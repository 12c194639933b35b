/** What systemd and its services tell each other: sd_listen_fds(3), sd_notify(3). */
import { run } from "../waitmax/run.ts";

const FIRST_FD = 3;
const MAX_FDS = 16;
const NOTIFY_SECONDS = 5;

/** The service's side of the conversation. */
export interface Systemd {
  /** Sockets that were opened for us. */
  readonly sockets: readonly { readonly fd: number }[];
  /** Says that the service is up, and from then on that it is alive, twice as often as is wanted. */
  ready(): void;
  /** Says that the service is about to end. */
  stopping(): void;
}

/**
 * Reads what systemd left in the environment, and takes it away from the programs that we start.
 * Node cannot send to the kind of socket that systemd listens at, so systemd-notify(1) does: the
 * unit needs NotifyAccess=all.
 */
export function systemd(env: NodeJS.ProcessEnv, pid: number): Systemd {
  const take = (name: string): string | undefined => {
    const value = env[name];
    Reflect.deleteProperty(env, name);
    return value;
  };
  const count = Number(take("LISTEN_FDS") ?? 0);
  const isForUs = take("LISTEN_PID") === String(pid);
  take("LISTEN_FDNAMES");
  const watchdogMs = Number(take("WATCHDOG_USEC") ?? 0) / 1000;
  const isWatched = (take("WATCHDOG_PID") ?? String(pid)) === String(pid) && watchdogMs > 0;
  const NOTIFY_SOCKET = take("NOTIFY_SOCKET");
  const { PATH = "/usr/bin:/bin" } = env;

  const tell = (state: string): void => {
    if (NOTIFY_SOCKET === undefined) return;
    const limits = { seconds: NOTIFY_SECONDS, env: { PATH, NOTIFY_SOCKET } };
    void run(["systemd-notify", state], limits);
  };
  let alive: NodeJS.Timeout | undefined;
  return {
    sockets: isForUs && Number.isInteger(count) ? descriptors(Math.min(count, MAX_FDS)) : [],
    ready() {
      tell("READY=1");
      if (isWatched) alive = setInterval(() => tell("WATCHDOG=1"), watchdogMs / 2);
    },
    stopping() {
      clearInterval(alive);
      tell("STOPPING=1");
    },
  };
}

const descriptors = (count: number): { readonly fd: number }[] =>
  Array.from({ length: Math.max(count, 0) }, (_, index) => ({ fd: FIRST_FD + index }));
