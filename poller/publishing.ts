/** What polls came to, as it is shown, sent and logged. */
import type { Logger } from "pino";
import { plural } from "./judge/format.ts";
import type { Told } from "./polling.ts";
import type { RemoteWriting } from "./sinks/remote_write.ts";
import { type Snapshot, Snapshots } from "./snapshots.ts";
import type { Host } from "./targets/host.ts";

/** How many hosts are named of those that are told of together. */
const MAX_NAMES = 10;

export class Publishing implements Told {
  readonly snapshots = new Snapshots();
  /** Where samples are written to, as soon as they can be. */
  writing: RemoteWriting | undefined;
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  onSnapshot(snapshot: Snapshot): void {
    const last = this.snapshots.get(snapshot.host.name);
    this.snapshots.set(snapshot);
    this.#noteChange(last, snapshot);
    this.writing?.take(snapshot);
  }

  onSilence(hosts: readonly string[]): void {
    const count = plural(hosts.length, "host");
    this.#log.warn(
      { hosts: hosts.slice(0, MAX_NAMES) },
      `of ${count} nothing is said any more by those who speak for them`,
    );
  }

  onGone(host: string): void {
    this.snapshots.delete(host);
    this.writing?.gone(host);
  }

  onDefect({ name }: Pick<Host, "name">, err: unknown): void {
    this.#log.error({ host: name, err }, "a poll broke");
  }

  /** Logs a host that goes down or comes back; not every poll that finds it as it was. */
  #noteChange(last: Snapshot | undefined, { host, up, failure }: Snapshot): void {
    const { name, guestOf } = host;
    // Of those that others speak for there may be very many: they are told together.
    if (up === (last?.up ?? true) || guestOf !== undefined) return;
    if (up) this.#log.info({ host: name }, "host is back");
    else
      this.#log.warn({ host: name, reason: failure?.reason }, failure?.message ?? "host is down");
  }
}
