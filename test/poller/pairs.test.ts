import { describe, expect } from "vitest";
import { parse } from "../../poller/parse.ts";
import type { Perf } from "../../poller/judge/perfdata.ts";
import type { Services } from "../../poller/services.ts";
import type { Memory } from "../../poller/snapshots.ts";
import { shared, testWith } from "../peers.ts";
import { dump, examined } from "./examined.ts";

const test = testWith(shared);

/** One host at two moments. */
const PAIRS = [
  ["linux-1.2.2p3-cache-host2b.txt", "linux-1.2.2p3-cache-host2a.txt"],
  ["linux-2.4.0p21-nethserver7-a.txt", "linux-2.4.0p21-nethserver7-b.txt"],
] as const;

const GIGABIT = 125e6;

/** What no machine of some processors does more of: per second, percent, ratios, seconds, bytes. */
const LIMITS: readonly (readonly [names: RegExp, most: number, perProcessor?: true])[] = [
  [/^(?:in|out)$/, 100 * GIGABIT],
  [/^(?:in|out)(?:ucast|nucast|mcast)$/, 100e6],
  [/^(?:in|out)(?:err|disc)$/, 100e6],
  [/^(?:util|user|system|wait|steal|guest)$/, 100],
  [/^process_creations$/, 20_000, true],
  [/^context_switches$/, 2e6, true],
  [/^(?:major_page_faults|page_swap_in|page_swap_out)$/, 1e6],
  [/^disk_utilization$/, 1],
  [/^disk_(?:read|write)_throughput$/, 20e9],
  [/^disk_(?:read|write)_ios$/, 5e6],
  [/^disk_average_(?:read_|write_)?wait$|^disk_latency$/, 600],
  [/^disk_average_request_size$/, 1 << 30],
];

/** Hosts of any kind have these. */
const RATED = [/^CPU utilization$/, /^Kernel Performance$/, /^Interface /, /^Disk IO SUMMARY$/];

/** A report; it is of the time that it states itself. */
const look = (name: string, memory?: Memory) => examined(parse(dump(name)), { memory });

const perfOf = (services: Services, name: string): readonly Perf[] =>
  [...services].find(({ service }) => service === name)?.perfdata ?? [];

/** As the kernel counts them. */
const processorsOf = (name: string): number =>
  Array.from(parse(dump(name)).hosts[0]?.sections.get("kernel")?.rows ?? []).filter(([word = ""]) =>
    /^cpu\d+$/.test(word),
  ).length;

describe.each(PAIRS)("%s, then %s", (earlier, later) => {
  const rates = (): { service: string; perf: Perf }[] => {
    const alone = look(later).services;
    const all = [...look(later, look(earlier).memory).services];
    return all.flatMap(({ service, perfdata = [] }) => {
      const known = new Set(perfOf(alone, service).map(({ name }) => name));
      return perfdata.filter(({ name }) => !known.has(name)).map((perf) => ({ service, perf }));
    });
  };

  test("give rates to what has rates", () => {
    const services = [...new Set(rates().map(({ service }) => service))];
    for (const rated of RATED)
      expect(services.filter((service) => rated.test(service))).not.toEqual([]);
  });

  test("give no rate that cannot be", () => {
    const processors = processorsOf(later);
    expect(processors).toBeGreaterThan(0);
    for (const { service, perf } of rates()) {
      const { name, value, max = Infinity } = perf;
      const limit = LIMITS.find(([names]) => names.test(name));
      expect(limit, `${service}: ${name} has no limit here`).toBeDefined();
      const [, most = 0, perProcessor] = limit ?? [];
      expect(value, `${service}: ${name}`).toBeGreaterThanOrEqual(0);
      expect(value, `${service}: ${name}`).toBeLessThanOrEqual(
        Math.min(max, perProcessor ? most * processors : most),
      );
    }
  });

  test("are of a host that does something", () => {
    for (const name of ["util", "context_switches", "in", "disk_write_throughput"])
      expect(
        rates().filter(({ perf }) => perf.name === name && perf.value > 0),
        name,
      ).not.toEqual([]);
  });

  test("give no rate at all the other way round", () => {
    const swapped = look(earlier, look(later).memory);
    expect([...swapped.services]).toEqual([...look(earlier).services]);
    expect(swapped.blocks).toEqual(look(earlier).blocks);
  });
});
