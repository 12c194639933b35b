import { describe, expect, test } from "vitest";
import { mem } from "../../../poller/checks/mem.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => mem.parse(rows(...lines));

const HOST = {
  MemTotal: 1000,
  MemFree: 300,
  MemAvailable: 550,
  Buffers: 50,
  Cached: 150,
  SwapCached: 10,
  SReclaimable: 40,
  SwapTotal: 500,
  SwapFree: 400,
  Dirty: 8,
  Writeback: 2,
  Shmem: 20,
  PageTables: 5,
  CommitLimit: 900,
  Committed_AS: 700,
  VmallocTotal: 34_359_738_367,
  VmallocChunk: 0,
};

/** A host of 1000 MiB with some fields changed. */
const host = (changes: Readonly<Record<string, number>> = {}) =>
  parse(
    ...Object.entries({ ...HOST, ...changes }).map(
      ([field, mebibytes]) => `${field}:   ${mebibytes * 1024} kB`,
    ),
  );

test("every field is exported as node_exporter names it, in bytes", () => {
  expect(
    sampleLines(
      samples(
        mem,
        parse(
          "MemTotal: 2048 kB",
          "MemFree: 1 kB",
          "Active(anon):   3 kB",
          "Committed_AS: 4 kB",
          "HugePages_Free:   5",
          "FieldOfTheFuture: 6 kB",
        ),
      ),
    ),
  ).toEqual([
    "node_memory_MemTotal_bytes 2097152",
    "node_memory_MemFree_bytes 1024",
    "node_memory_Active_anon_bytes 3072",
    "node_memory_Committed_AS_bytes 4096",
    "node_memory_HugePages_Free 5",
  ]);
});

test("what is used is what is neither free nor cache", () => {
  const [result] = judged(mem, host());
  expect(result).toMatchObject({ service: "Memory", state: OK });
  expect(result?.summary).toContain("RAM: 45% - 450 MiB of 0.98 GiB, Swap: ");
  expect(perfdata(result)).toMatchObject({
    mem_used: 450 * 2 ** 20,
    mem_used_percent: 45,
    swap_used: 100 * 2 ** 20,
    total_used: 550 * 2 ** 20,
    total_total: 1500 * 2 ** 20,
    caches: 250 * 2 ** 20,
    pending: 10 * 2 ** 20,
    mem_lnx_shmem: 20 * 2 ** 20,
    mem_lnx_page_tables: 5 * 2 ** 20,
    mem_lnx_committed_as: 700 * 2 ** 20,
    mem_available: 550 * 2 ** 20,
    swap_cached: 10 * 2 ** 20,
    sreclaimable: 40 * 2 ** 20,
  });
});

test("no number has two places in the perfdata", () => {
  const names = judged(mem, host())[0]?.perfdata?.map(({ name }) => name) ?? [];
  expect(names).toEqual([...new Set(names)]);
});

test.each([
  ["RAM and swap together", { MemFree: 0, Cached: 0, Buffers: 0, SwapFree: 50 }, CRIT, "virtual"],
  ["shared memory", { Shmem: 200 }, WARN, "Shared memory"],
  ["page tables", { PageTables: 160 }, CRIT, "Page tables"],
  ["what is committed", { Committed_AS: 1500 }, WARN, "Committed"],
  ["a commit limit that is too low", { CommitLimit: 299 }, WARN, "Commit limit"],
  ["vmalloc space in pieces", { VmallocChunk: 49 }, WARN, "vmalloc"],
  ["broken memory", { HardwareCorrupted: 1 }, CRIT, "Hardware corrupted"],
])("%s is judged, and told in the summary when it is bad", (_, changes, state, text) => {
  const [result] = judged(mem, host(changes));
  expect(result?.state).toBe(state);
  expect(result?.summary).toMatch(new RegExp(`${text}[^,]* \\(warn/crit (at|below) `));
});

test("what has no levels by default can be given some", () => {
  const params = { available: { warn: 0.6, crit: 0.1 } };
  expect(judged(mem, host(), { params })[0]?.state).toBe(WARN);
});

test("a host without swap, and one that tells two fields, are judged by what they tell", () => {
  expect(judged(mem, host({ SwapTotal: 0, SwapFree: 0 }))[0]?.summary).not.toContain("Swap");
  const short = parse("MemTotal: 100 kB", "MemFree: 60 kB", "PageTotal: 9 kB");
  expect(perfdata(judged(mem, short)[0])).toMatchObject({ mem_used: 40 * 1024 });
  expect(judged(mem, parse("MemTotal: 0 kB", "MemFree: 0 kB"))[0]?.state).toBe(OK);
});

test("without the total nothing can be said, and no line at all is no section", () => {
  expect(() => parse("MemFree: 60 kB")).toThrow(ParseError);
  expect(() => parse("MemTotal: -5 kB", "MemFree: 60 kB")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});

describe("Windows", () => {
  const windows = (committed = 800) =>
    parse(
      "MemTotal:      1024 kB",
      "MemFree:       256 kB",
      "SwapTotal:     512 kB",
      "SwapFree:      500 kB",
      "PageTotal:     1000 kB",
      `PageFree:      ${1000 - committed} kB`,
      "VirtualTotal:  137438953344 kB",
      "VirtualFree:   137434601584 kB",
    );

  test("has RAM, and what is committed", () => {
    const [result] = judged(mem, windows(799));
    expect(result).toMatchObject({
      service: "Memory",
      state: OK,
      summary: "RAM: 75% - 768 KiB of 1 MiB, Commit charge: 79.9% - 799 KiB of 0.98 MiB",
    });
    expect(perfdata(result)).toEqual({
      mem_used: 768 * 1024,
      mem_used_percent: 75,
      mem_total: 1024 * 1024,
      pagefile_used: 799 * 1024,
      pagefile_used_percent: 79.9,
      pagefile_total: 1000 * 1024,
    });
  });

  test("is judged by what is committed, and by its RAM where somebody wants that", () => {
    expect(judged(mem, windows(800))[0]?.state).toBe(WARN);
    expect(judged(mem, windows(900))[0]?.state).toBe(CRIT);
    const params = { ram: { warn: 0.7, crit: 0.75 } };
    expect(judged(mem, windows(0), { params })[0]?.state).toBe(CRIT);
  });

  test("has the names of windows_exporter, and none of node_exporter", () => {
    expect(sampleLines(samples(mem, windows()))).toEqual([
      "windows_memory_physical_total_bytes 1048576",
      "windows_memory_physical_free_bytes 262144",
      "windows_memory_available_bytes 262144",
      "windows_memory_commit_limit 1024000",
      "windows_memory_committed_bytes 819200",
      "windows_memory_process_memory_limit_bytes 140737488224256",
    ]);
  });

  test("without page files, or with nothing at all, breaks nothing", () => {
    const bare = parse("MemTotal: 0 kB", "MemFree: 0 kB", "PageTotal: 0 kB", "PageFree: 5 kB");
    expect(judged(mem, bare)).toMatchObject([{ state: OK, perfdata: [] }]);
  });
});
