import type { Host } from "./host.ts";

/** What became of a fleet. */
export interface Change {
  readonly added: readonly Host[];
  readonly removed: readonly Host[];
  /** Names that were there already when they came again. */
  readonly duplicates: readonly string[];
}

/** The hosts that are polled. One that is as it was stays the same object, with all that hangs on it. */
export class Fleet {
  #hosts: readonly Host[] = [];
  #members: ReadonlySet<Host> = new Set();

  get hosts(): readonly Host[] {
    return this.#hosts;
  }

  has(host: Host): boolean {
    return this.#members.has(host);
  }

  /** Takes what several lists say now; of two hosts with one name the first counts. */
  update(lists: Iterable<readonly Host[]>): Change {
    const before = new Map(this.#hosts.map((host) => [host.name, host]));
    const now = new Map<string, Host>();
    const duplicates: string[] = [];
    for (const list of lists)
      for (const host of list) {
        const same = before.get(host.name);
        if (now.has(host.name)) duplicates.push(host.name);
        else now.set(host.name, same && isSame(same, host) ? same : host);
      }
    const removed = this.#hosts.filter((host) => now.get(host.name) !== host);
    this.#hosts = [...now.values()];
    this.#members = new Set(this.#hosts);
    return {
      added: this.#hosts.filter((host) => before.get(host.name) !== host),
      removed,
      duplicates,
    };
  }
}

const isSame = (a: Host, b: Host): boolean => JSON.stringify(a) === JSON.stringify(b);
