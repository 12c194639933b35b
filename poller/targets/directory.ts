/** Which hosts are polled: those of the config, of files and of servers, as they are at the moment. */
import type { Config } from "../config.ts";
import { FileTargets, type Listed } from "./file_sd.ts";
import { type Change, Fleet } from "./fleet.ts";
import type { Host } from "./host.ts";
import { HttpTargets, type ListStore } from "./http_sd.ts";
import { staticHosts } from "./static.ts";

/** How often files are looked at. */
const LOOK_MILLISECONDS = 5000;

/** What a config says of hosts. */
type Places = Pick<Config, "hosts" | "poll" | "fileSd" | "httpSd">;

interface DirectoryOptions {
  readonly store: ListStore;
  /** Is told of hosts that come and go, after the first time. */
  readonly onChange: (change: Change) => void;
  /** Is told, once, of each list that cannot be used and of each name that is there twice. */
  readonly onFault: (fault: string) => void;
}

const NONE: Change = { added: [], removed: [], duplicates: [] };

export class Directory {
  readonly #options: DirectoryOptions;
  readonly #fleet = new Fleet();
  readonly #ended = new AbortController();
  readonly #refreshing = new Map<HttpTargets, NodeJS.Timeout>();
  #places: Places;
  #files: FileTargets;
  #servers = new Map<string, HttpTargets>();
  #looking: NodeJS.Timeout | undefined;
  #faults: ReadonlySet<string> = new Set();
  #static: Listed;
  #lists: readonly Listed[] = [];

  constructor(places: Places, options: DirectoryOptions) {
    this.#options = options;
    this.#places = places;
    this.#static = { hosts: staticHosts(places), faults: [] };
    this.#files = new FileTargets(places.fileSd);
    this.#servers = this.#serversOf(places);
    this.#read();
  }

  get hosts(): readonly Host[] {
    return this.#fleet.hosts;
  }

  /** Whether a host is one of ours, as it is now. */
  has(host: Host): boolean {
    return this.#fleet.has(host);
  }

  /** Asks servers for the first time, and looks again from then on. */
  async start(): Promise<void> {
    await Promise.all([...this.#servers.values()].map((server) => this.#refresh(server)));
    this.#looking = setInterval(() => this.#update(), LOOK_MILLISECONDS);
  }

  /** Takes another config; lists that it has too stay as they are known. */
  async configure(places: Places): Promise<void> {
    const before = this.#servers;
    this.#places = places;
    this.#static = { hosts: staticHosts(places), faults: [] };
    this.#files = new FileTargets(places.fileSd);
    this.#servers = this.#serversOf(places);
    for (const server of before.values()) this.#forget(server);
    await Promise.all([...this.#servers.values()].map((server) => this.#refresh(server)));
    this.#update();
  }

  stop(): void {
    this.#ended.abort();
    clearInterval(this.#looking);
    for (const timer of this.#refreshing.values()) clearTimeout(timer);
  }

  #serversOf({ httpSd }: Places): Map<string, HttpTargets> {
    const { store } = this.#options;
    return new Map(httpSd.map((place) => [place.url, new HttpTargets(place, store)]));
  }

  async #refresh(server: HttpTargets): Promise<void> {
    await server.refresh(this.#places.poll, this.#ended.signal);
    if (this.#ended.signal.aborted || ![...this.#servers.values()].includes(server)) return;
    this.#refreshing.set(
      server,
      setTimeout(() => void this.#refresh(server), server.refreshSeconds * 1000),
    );
    this.#update();
  }

  #forget(server: HttpTargets): void {
    clearTimeout(this.#refreshing.get(server));
    this.#refreshing.delete(server);
  }

  #update(): void {
    const change = this.#read();
    if (change.added.length > 0 || change.removed.length > 0) this.#options.onChange(change);
  }

  #read(): Change {
    const { poll } = this.#places;
    const before = this.#lists;
    const lists = [
      this.#static,
      this.#files.read(poll),
      ...Array.from(this.#servers.values(), (server) => server.read(poll)),
    ];
    this.#lists = lists;
    if (lists.length === before.length && lists.every((list, i) => list === before[i])) return NONE;
    const change = this.#fleet.update(lists.map(({ hosts }) => hosts));
    const faults = new Set([
      ...lists.flatMap((list) => list.faults),
      ...change.duplicates.map((name) => `${JSON.stringify(name)} is listed more than once`),
    ]);
    for (const fault of faults) if (!this.#faults.has(fault)) this.#options.onFault(fault);
    this.#faults = faults;
    return change;
  }
}
