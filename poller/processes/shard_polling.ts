import { openStore, type Store } from "../memory/store.ts";
import { asGuest } from "../piggyback.ts";
import { Polling, type Told } from "../polling.ts";
import { SelfMetrics } from "../self.ts";
import type { Snapshot } from "../snapshots.ts";
import { Fleet } from "../targets/fleet.ts";
import type { Host } from "../targets/host.ts";
import { version } from "../version.ts";
import { encode } from "./message.ts";
import type { Outbox } from "./outbox.ts";
import { type Beginning, defectOf, type Order, type Share } from "./protocol.ts";

type Further = Exclude<Order, { readonly kind: "begin" | "stop" }>;

/** Polls a share of the hosts and tells another process of it. */
export class ShardPolling {
  readonly #outbox: Outbox;
  readonly #store: Store;
  readonly #fleet = new Fleet();
  readonly #polling: Polling;
  readonly #self: SelfMetrics;
  readonly #latest = new Map<string, Snapshot>();
  /** Guests of which other processes tell. */
  readonly #guests: Set<string>;
  /** Hosts that other processes poll, by the names by which others may speak of them. */
  #others: ReadonlySet<string> = new Set();
  #byName: ReadonlyMap<string, Host> = new Map();
  readonly #probes = new Map<number, AbortController>();

  constructor({ config, stateDir, guests, ...share }: Beginning, outbox: Outbox) {
    this.#outbox = outbox;
    this.#guests = new Set(guests);
    this.#store = openStore(stateDir, (error) =>
      outbox.tell({ kind: "fault", error: defectOf(error) }),
    );
    this.#polling = new Polling([], config, {
      store: this.#store,
      told: this.#told(),
      self: { polling: (poll) => this.#self.polling(poll) },
      last: (host) => this.#latest.get(host),
      elsewhere: {
        has: (host) => this.#others.has(host) || this.#guests.has(host),
        tell: (host, { source, at, text }) =>
          outbox.tell({ kind: "said", host, said: { source: source.name, at, text } }),
      },
    });
    // Hosts are counted by who has all of them.
    this.#self = new SelfMetrics({ version, hosts: () => 0, ...this.#polling.vitals });
    this.#polling.start();
    this.#share(share);
  }

  obey(order: Further): void {
    switch (order.kind) {
      case "share":
        this.#share(order);
        return;
      case "judge":
        this.#polling.judgeBy(order.config);
        return;
      case "guests":
        for (const guest of order.taken) this.#guests.add(guest);
        for (const guest of order.free) this.#guests.delete(guest);
        return;
      case "said":
        // A copy: what came would keep all alive that came with it.
        this.#polling.hear(order.host, {
          ...order.said,
          text: Buffer.from(order.said.text),
        });
        return;
      case "poll":
        return void this.#probe(order.id, order.host);
      case "abort":
        return this.#probes.get(order.id)?.abort();
      case "metrics":
        return void this.#tellMetrics(order.id);
      case "ping":
        this.#outbox.tell({ kind: "pong" });
    }
  }

  async stop(): Promise<void> {
    await this.#polling.stop();
    await this.#store.close();
  }

  #told(): Told {
    return {
      onSnapshot: (snapshot) => {
        this.#latest.set(snapshot.host.name, snapshot);
        this.#outbox.show(snapshot);
      },
      onSilence: (hosts) => this.#outbox.tell({ kind: "silence", hosts }),
      onGone: (host) => {
        this.#forget(host);
        this.#outbox.tell({ kind: "gone", host });
      },
      onDefect: ({ name }, error) =>
        this.#outbox.tell({ kind: "defect", host: name, error: defectOf(error) }),
    };
  }

  #share({ hosts, others }: Share): void {
    const before = this.#byName;
    this.#fleet.update([hosts]);
    this.#byName = new Map(this.#fleet.hosts.map((host) => [host.name, host]));
    this.#others = new Set(others.map(asGuest));
    this.#polling.configure(this.#fleet.hosts, others);
    for (const name of before.keys()) if (!this.#byName.has(name)) this.#forget(name);
  }

  #forget(host: string): void {
    this.#latest.delete(host);
    this.#outbox.forget(host);
  }

  async #probe(id: number, asked: string | Host): Promise<void> {
    const controller = new AbortController();
    this.#probes.set(id, controller);
    try {
      const host = typeof asked === "string" ? this.#byName.get(asked) : asked;
      if (!host) throw new Error("there is no such host any more");
      const snapshot = await this.#polling.poll(host, controller.signal);
      const stranger = host === asked && { stranger: encode(snapshot, undefined) };
      this.#outbox.tell({ kind: "polled", id, ...stranger });
    } catch (error) {
      this.#outbox.tell({ kind: "failed", id, error: defectOf(error) });
    } finally {
      this.#probes.delete(id);
    }
  }

  async #tellMetrics(id: number): Promise<void> {
    this.#outbox.tell({ kind: "metrics", id, metrics: await this.#self.tell() });
  }
}
