/** What polls came to, as it is shown, sent and logged. */
import type { Logger } from "pino";
import { plural } from "./judge/format.ts";
import { Notices } from "./notices.ts";
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
  readonly #notices: Notices;

  constructor(log: Logger) {
    this.#log = log;
    this.#notices = new Notices(log);
  }

  onSnapshot(snapshot: Snapshot): void {
    const last = this.snapshots.get(snapshot.host.name);
    this.snapshots.set(snapshot);
    this.#notices.polled(snapshot, last);
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

  stop(): void {
    this.#notices.stop();
  }
}
