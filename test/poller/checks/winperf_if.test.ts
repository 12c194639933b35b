import { describe, expect, test } from "vitest";
import { winperfIf } from "../../../poller/checks/winperf_if.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

type Counts = Readonly<Record<string, number>>;

const NIC = "Example[R]_Ethernet_Adapter__2";
const OTHER = "Acme_Card";

/** Two cards and a tunnel at a time, of which the first has counted something. */
const at = (time: number, counts: Counts = {}, more: readonly string[] = []) => {
  const all: Counts = {
    "-246": 0,
    "-4": 0,
    "-244": 0,
    "-58": 0,
    "14": 0,
    "20": 0,
    "32": 0,
    ...counts,
  };
  return winperfIf.parse(
    sectionRows(
      [
        "<<<winperf_if>>>",
        `${time} 510 10000000`,
        `3 instances: ${NIC} ${OTHER} isatap.example.net`,
        "10 1000000000 0 100000 large_rawcount",
        "34 2 0 0 large_rawcount",
        ...Object.entries(all).map(([id, count]) => `${id} ${count} 0 0 bulk_count`),
        ...more,
        "",
      ].join("\n"),
    ),
  )!;
};

const TABLE = [
  "<<<winperf_if:sep(9)>>>",
  "[teaming_start]",
  "TeamName\tTeamingMode\tMemberMACAddresses\tNetConnectionStatus\tName",
  "Team\tLacp\t0a:00:00:00:00:01\t7\tAcme Card",
  "[teaming_end]",
  "MACAddress\tName\tNetConnectionID\tNetConnectionStatus\tSpeed\tGUID",
  "0a:00:00:00:00:09\tExample(R) Ethernet Adapter #2\tLAN\t2\t10000000000\t{1}",
  "0a-00-00-00-00-0a\tAcme Card\tSpare\t7\t\t{2}",
];
const CSV = [
  "<<<winperf_if:sep(44)>>>",
  "Node,MACAddress,Name,NetConnectionID,NetConnectionStatus,Speed",
  "HOST,0a:00:00:00:00:09,Example(R) Ethernet Adapter #2,LAN,2,10000000000",
  "HOST,0a:00:00:00:00:0a,Acme Card,Spare,7,",
];

const tenSecondsLater = (counts: Counts, params: Partial<typeof winperfIf.params> = {}) =>
  judged(winperfIf, at(1010, counts), { previous: { data: at(1000), at: 1000 }, params })[1];

describe("services", () => {
  test("are of each interface but tunnels, numbered in name order", () => {
    expect(judged(winperfIf, at(1000)).map(({ service, item }) => [service, item])).toEqual([
      [`Interface ${OTHER}`, "1"],
      [`Interface ${NIC}`, "2"],
    ]);
  });

  test("tell rates under Checkmk's names", () => {
    const counts = { "-246": 1_250_000, "-4": 5000, "-244": 1000, "14": 990, "16": 10, "18": 20 };
    const nic = tenSecondsLater(counts);
    expect(nic).toMatchObject({
      state: OK,
      summary: "up, Speed: 1 GBit/s, In: 122 KiB/s (0.1%), Out: 500 B/s (0%)",
    });
    expect(perfdata(nic)).toEqual({
      in: 125_000,
      out: 500,
      inerr: 0,
      outerr: 0,
      inucast: 99,
      outqlen: 2,
    });
  });

  test.each([
    [0, OK],
    [1, WARN],
    [2, CRIT],
  ])("%d damaged of 1000 packets are worth state %d", (damaged, state) => {
    const nic = tenSecondsLater({ "-244": 1000, "20": damaged });
    expect(nic?.state).toBe(state);
  });

  test("have no rates from one report", () => {
    expect(perfdata(judged(winperfIf, at(1000))[1])).toEqual({ outqlen: 2 });
  });
});

describe("a table of adapters", () => {
  test.each([
    ["of a script in PowerShell", TABLE],
    ["of wmic", CSV],
  ])("%s tells of state, address and speed", (_, lines) => {
    const found = judged(winperfIf, at(1000, {}, lines)).map(({ summary }) => summary);
    expect(found).toEqual([
      "Spare, down, MAC: 0A:00:00:00:00:0A",
      "LAN, up, MAC: 0A:00:00:00:00:09, Speed: 1 GBit/s",
    ]);
  });

  test("is exported as windows_exporter has it", () => {
    const lines = sampleLines(samples(winperfIf, at(1000, {}, TABLE)));
    expect(lines).toContain(
      `windows_net_nic_info{nic="${NIC}",friendly_name="LAN",mac="0A:00:00:00:00:09"} 1`,
    );
  });

  test("makes it CRIT that an interface is down which must be up, by any of its names", () => {
    for (const required of [["Spare"], ["Acme*"]]) {
      const [card] = judged(winperfIf, at(1000, {}, TABLE), { params: { required } });
      expect(card?.state).toBe(CRIT);
    }
    expect(judged(winperfIf, at(1000, {}, TABLE))[0]?.state).toBe(OK);
  });
});

describe("what an interface was like when it was first seen", () => {
  const down = TABLE.map((line) => line.replace("LAN\t2", "LAN\t7"));
  const judge = (then: readonly string[], now: readonly string[]) =>
    judged(winperfIf, at(1010, {}, now), {
      baseline: winperfIf.baseline?.(at(1000, {}, then)) ?? {},
    });

  test("makes it CRIT that it is down now, but only where somebody knew that it was up", () => {
    expect(judge(TABLE, TABLE)[1]?.state).toBe(OK);
    expect(judge(TABLE, down)[1]?.state).toBe(CRIT);
    expect(judge(down, down)[1]?.state).toBe(OK);
    expect(judge([], down)[1]?.state).toBe(OK);
  });

  test("makes it WARN that it is slower now, or faster", () => {
    const baseline = { [NIC]: "up 12500000" };
    const [, nic] = judged(winperfIf, at(1000, {}, TABLE), { baseline });
    expect(nic?.state).toBe(WARN);
    expect(nic?.summary).toContain("Speed: 1 GBit/s, was 100 MBit/s");
  });
});

test("without a table an interface is up when it was ever used", () => {
  const summaries = judged(winperfIf, at(1000, { "-246": 1 })).map(({ summary }) => summary);
  expect(summaries).toEqual(["down", "up, Speed: 1 GBit/s"]);
});

test("metrics are those of windows_exporter, speeds in bytes", () => {
  const lines = sampleLines(
    samples(winperfIf, at(1000, { "-122": 7, "-246": 4, "-4": 3, "32": 1 })),
  );
  expect(lines.filter((line) => line.includes(NIC))).toEqual([
    `windows_net_bytes_received_total{nic="${NIC}"} 4`,
    `windows_net_bytes_sent_total{nic="${NIC}"} 3`,
    `windows_net_bytes_total{nic="${NIC}"} 7`,
    `windows_net_packets_received_total{nic="${NIC}"} 0`,
    `windows_net_packets_sent_total{nic="${NIC}"} 0`,
    `windows_net_packets_received_errors_total{nic="${NIC}"} 0`,
    `windows_net_packets_outbound_errors_total{nic="${NIC}"} 1`,
    `windows_net_output_queue_length_packets{nic="${NIC}"} 2`,
    `windows_net_current_bandwidth_bytes{nic="${NIC}"} 125000000`,
  ]);
});

test("a table alone, and nothing at all, are no section", () => {
  expect(winperfIf.parse(sectionRows(`${TABLE.join("\n")}\n`))).toBeUndefined();
  expect(winperfIf.parse(sectionRows("<<<winperf_if>>>\n"))).toBeUndefined();
});
