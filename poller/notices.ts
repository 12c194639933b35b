/** What is logged of hosts that go down and come back. */
import type { Logger } from "pino";
import { plural } from "./judge/format.ts";
import type { Snapshot } from "./snapshots.ts";

/** Hosts that are told of one by one before the others of their time are told of together. */
const MAX_SINGLE = 20;

/** For how long they are counted. */
const WINDOW_SECONDS = 10;

/** Hosts that are named of those that are told of together, by reason. */
const MAX_NAMES = 5;

interface Group {
  count: number;
  /** The first of them. */
  readonly names: string[];
}

export interface NoticesOptions {
  readonly windowSeconds?: number;
}

/** Tells of each host that goes down or comes back; when a fleet does, of few singly. */
export class Notices {
  readonly #log: Pick<Logger, "info" | "warn">;
  readonly #windowSeconds: number;
  #single = 0;
  /** By reason. */
  readonly #down = new Map<string, Group>();
  #back = nobody();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    log: Pick<Logger, "info" | "warn">,
    { windowSeconds = WINDOW_SECONDS }: NoticesOptions = {},
  ) {
    this.#log = log;
    this.#windowSeconds = windowSeconds;
  }

  /** Takes note of a poll if it found the host other than the one before did. */
  polled({ host, up, failure }: Snapshot, last: Pick<Snapshot, "up"> | undefined): void {
    // Of those that others speak for there may be very many: they are told of together, elsewhere.
    if (up === (last?.up ?? true) || host.guestOf !== undefined) return;
    const { name } = host;
    this.#timer ??= setTimeout(() => this.#sumUp(), this.#windowSeconds * 1000).unref();
    if (this.#single >= MAX_SINGLE) {
      add(up ? this.#back : this.#downBy(failure?.reason ?? "unknown"), name);
      return;
    }
    this.#single++;
    if (up) this.#log.info({ host: name }, "host is back");
    else
      this.#log.warn({ host: name, reason: failure?.reason }, failure?.message ?? "host is down");
  }

  /** Tells what is left to be told. */
  stop(): void {
    this.#sumUp();
  }

  #sumUp(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#single = 0;
    const down = [...this.#down].sort(([, a], [, b]) => b.count - a.count);
    const reasons = down.map(([reason, { count }]) => `${count} ${reason}`).join(", ");
    const hosts = Object.fromEntries(down.map(([reason, { names }]) => [reason, names]));
    const count = down.reduce((sum, [, group]) => sum + group.count, 0);
    if (count > 0) this.#log.warn({ hosts }, `${more(count)} down: ${reasons}`);
    const back = this.#back;
    if (back.count > 0) this.#log.info({ hosts: back.names }, `${more(back.count)} back`);
    this.#down.clear();
    this.#back = nobody();
  }

  #downBy(reason: string): Group {
    const group = this.#down.get(reason) ?? nobody();
    this.#down.set(reason, group);
    return group;
  }
}

const more = (count: number): string =>
  `${plural(count, "more host")} ${count === 1 ? "is" : "are"}`;

const nobody = (): Group => ({ count: 0, names: [] });

function add(group: Group, name: string): void {
  group.count++;
  if (group.names.length < MAX_NAMES) group.names.push(name);
}
