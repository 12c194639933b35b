import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lnxIf } from "../../../poller/checks/lnx_if.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { parse as parseReport } from "../../../poller/parse.ts";
import { shared, testWith } from "../../peers.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const LINKS = [
  "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default qlen 1000",
  "    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
  "2: wan0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq state UP group default qlen 1000",
  "    link/ether 0a:00:00:00:00:02 brd ff:ff:ff:ff:ff:ff",
  "    alias to the provider",
  "3: lan0: <NO-CARRIER,BROADCAST,MULTICAST,UP> mtu 9000 qdisc mq state DOWN group default",
  "    link/ether 0a:00:00:00:00:03 brd ff:ff:ff:ff:ff:ff",
  "4: lan1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN group default qlen 1000",
  "    link/ether 0a:00:00:00:00:04 brd ff:ff:ff:ff:ff:ff",
  "5: veth77@if2: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP",
];
const CARDS = ["[wan0]", "\tSpeed: 1000Mb/s", "\tDuplex: Full", "Address: 0a:00:00:00:00:02"];

/** A host whose `wan0` has counted what is given, in the kernel's order. */
const host = (...wan: number[]) => {
  const row = (name: string, counters: readonly number[] = []): string =>
    `  ${name}: ${Array.from({ length: 16 }, (_, column) => counters[column] ?? 0).join("  ")}`;
  return lnxIf.parse(
    sectionRows(
      [
        "<<<lnx_if>>>",
        "[start_iplink]",
        ...LINKS,
        "[end_iplink]",
        "<<<lnx_if:sep(58)>>>",
        ...["lo", "lan0", "lan1", "veth77"].map((name) => row(name)),
        row("wan0", wan),
        ...CARDS,
        "",
      ].join("\n"),
    ),
  )!;
};

const BEFORE = [1000, 100, 0, 5, 0, 0, 0, 40, 5000, 200, 0, 0];
const AFTER = [1_251_000, 1100, 0, 15, 0, 0, 0, 60, 10_000, 300, 0, 20];

/** What is said of `wan0` ten seconds later. */
const tenSecondsLater = (after: readonly number[], params: Partial<typeof lnxIf.params> = {}) =>
  judged(lnxIf, host(...after), {
    at: 110,
    previous: { data: host(...BEFORE), at: 100 },
    params,
  }).find(({ item }) => item === "5");

describe("services", () => {
  test("are of each interface but loopback and those of containers, numbered in name order", () => {
    const found = judged(lnxIf, host()).map(({ service, item }) => [service, item]);
    expect(found).toEqual([
      ["Interface lan0", "1"],
      ["Interface lan1", "2"],
      ["Interface wan0", "5"],
    ]);
  });

  test("say what is known of an interface", () => {
    const summaries = judged(lnxIf, host()).map(({ summary }) => summary);
    expect(summaries).toEqual([
      "down, MAC: 0A:00:00:00:00:03",
      "switched off, MAC: 0A:00:00:00:00:04",
      "up, MAC: 0A:00:00:00:00:02, Speed: 1 GBit/s",
    ]);
  });

  test("have no rates from one report", () => {
    const wan = judged(lnxIf, host(...AFTER)).at(-1);
    expect(perfdata(wan)).toEqual({ outqlen: 0 });
  });

  test("tell rates under Checkmk's names, multicast among unicast as there", () => {
    const wan = tenSecondsLater(AFTER);
    expect(wan?.state).toBe(OK);
    expect(perfdata(wan)).toEqual({
      in: 125_000,
      out: 500,
      inerr: 0,
      outerr: 0,
      inucast: 102,
      inmcast: 2,
      innucast: 2,
      indisc: 1,
      outucast: 10,
      outdisc: 2,
      outqlen: 0,
    });
    expect(wan?.summary).toContain("In: 122 KiB/s (0.1%)");
  });

  test("have no rates where counters went back", () => {
    const wan = judged(lnxIf, host(...BEFORE), {
      at: 110,
      previous: { data: host(...AFTER.with(8, 5000)), at: 100 },
    }).at(-1);
    expect(Object.keys(perfdata(wan))).not.toContain("in");
    expect(perfdata(wan)["out"]).toBe(0);
  });
});

describe("damaged packets", () => {
  // 1000 good packets came in meanwhile.
  test.each([
    [0, OK],
    [1, WARN],
    [2, CRIT],
  ])("%d in 1000 are worth state %d", (errors, state) => {
    const wan = tenSecondsLater(AFTER.with(2, errors));
    expect(wan?.state).toBe(state);
  });

  test("are told in the summary only when they matter", () => {
    expect(tenSecondsLater(AFTER)?.summary).not.toContain("Errors");
    expect(tenSecondsLater(AFTER.with(10, 50))?.summary).toContain(
      "Errors out: 33.33% (warn/crit at 0.01%/0.1%)",
    );
  });
});

describe("an interface that is down", () => {
  test("is no fault, for all that is known", () => {
    expect(judged(lnxIf, host())[0]?.state).toBe(OK);
  });

  test("is CRIT where somebody said that it must be up", () => {
    const states = judged(lnxIf, host(), { params: { required: ["lan*", "wan0"] } });
    expect(states.map(({ state }) => state)).toEqual([CRIT, CRIT, OK]);
  });
});

describe("what is exported", () => {
  const lines = sampleLines(samples(lnxIf, host(...AFTER)));
  const of = (name: string) => lines.filter((line) => line.startsWith(`${name}{`));

  test("are the kernel's counters, of loopback and containers too", () => {
    expect(of("node_network_receive_bytes_total")).toEqual([
      'node_network_receive_bytes_total{device="lan0"} 0',
      'node_network_receive_bytes_total{device="lan1"} 0',
      'node_network_receive_bytes_total{device="lo"} 0',
      'node_network_receive_bytes_total{device="veth77"} 0',
      'node_network_receive_bytes_total{device="wan0"} 1251000',
    ]);
    expect(lines).toContain('node_network_receive_multicast_total{device="wan0"} 60');
    expect(lines).toContain('node_network_transmit_drop_total{device="wan0"} 20');
  });

  test("are state, carrier, size and speed of a link", () => {
    expect(of("node_network_up")).toContain('node_network_up{device="wan0"} 1');
    expect(of("node_network_up")).toContain('node_network_up{device="lan0"} 0');
    expect(of("node_network_carrier")).toEqual([
      'node_network_carrier{device="lan0"} 0',
      'node_network_carrier{device="lo"} 1',
      'node_network_carrier{device="veth77"} 1',
      'node_network_carrier{device="wan0"} 1',
    ]);
    expect(of("node_network_mtu_bytes")).toContain('node_network_mtu_bytes{device="lan0"} 9000');
    expect(of("node_network_speed_bytes")).toEqual([
      'node_network_speed_bytes{device="wan0"} 125000000',
    ]);
  });

  test("is all that is known, as labels", () => {
    expect(of("node_network_info").at(-1)).toBe(
      'node_network_info{device="wan0",address="0a:00:00:00:00:02",broadcast="ff:ff:ff:ff:ff:ff",' +
        'duplex="full",operstate="up",adminstate="up",ifalias="to the provider"} 1',
    );
  });

  test("is nothing about links where the agent has no iproute2", () => {
    const data = lnxIf.parse(
      sectionRows("<<<lnx_if:sep(58)>>>\nlan0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n"),
    );
    const names = new Set(samples(lnxIf, data).map(({ name }) => name));
    expect(names).toContain("node_network_receive_bytes_total");
    for (const name of ["up", "carrier", "mtu_bytes", "info"])
      expect(names).not.toContain(`node_network_${name}`);
  });
});

test("a section without interfaces is as good as none", () => {
  expect(lnxIf.parse(sectionRows("<<<lnx_if>>>\n[start_iplink]\n[end_iplink]\n"))).toBeUndefined();
});

describe("a real host, twice", () => {
  const read = (file: string) => {
    const bytes = readFileSync(join(shared.path, "corpus/dumps", file));
    const section = parseReport(bytes).hosts[0]?.sections.get("lnx_if");
    const data = section && lnxIf.parse(section.rows);
    if (!data) throw new Error(`${file} has no lnx_if`);
    return data;
  };

  testWith(shared)("has rates as a line can have them", () => {
    const previous = { data: read("linux-2.4.0p21-nethserver7-a.txt"), at: 1_771_269_964 };
    const results = judged(lnxIf, read("linux-2.4.0p21-nethserver7-b.txt"), {
      at: 1_771_270_081,
      previous,
    });
    expect(results.map(({ item }) => item)).toEqual(["1", "2", "3", "4", "5"]);
    expect(results[0]).toMatchObject({ service: "Interface enp1s0", state: OK });
    const { in: received = NaN, inucast, indisc } = perfdata(results[0]);
    expect(received).toBeCloseTo(526_876 / 117, 6);
    expect(inucast).toBeCloseTo(1922 / 117, 6);
    expect(indisc).toBe(0);
  });

  testWith(shared)("has them in the oldest form too", () => {
    const previous = { data: read("linux-1.2.2p3-cache-host2b.txt"), at: 1_387_855_192 };
    const results = judged(lnxIf, read("linux-1.2.2p3-cache-host2a.txt"), {
      at: 1_388_643_952,
      previous,
    });
    const eth0 = results.find(({ service }) => service === "Interface eth0");
    expect(eth0?.summary).toMatch(/^up, /);
    expect(perfdata(eth0)["in"]).toBeCloseTo(1_516_399_063 / 788_760, 6);
  });
});
