import { expect, test } from "vitest";
import { winperfTcpConn } from "../../../poller/checks/winperf_tcp_conn.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const V4 = [
  ["2 53267 counter", "4 3 rawcount", "6 23 rawcount", "8 11 rawcount", "10 1 rawcount"],
  ["12 12 rawcount", "14 34830 counter", "16 18437 counter", "18 9 counter"],
].flat();
const parse = (...lines: string[]) => winperfTcpConn.parse(rows(...lines));

test("what stands is told, of both families together", () => {
  const both = parse("1000 638 10000000", ...V4, "1000 1530 10000000", "4 2 rawcount");
  const [result, ...others] = judged(winperfTcpConn, both);
  expect(others).toEqual([]);
  expect(result).toMatchObject({
    service: "TCP Connections",
    state: OK,
    summary: "Established: 5",
  });
  expect(perfdata(result)).toEqual({ ESTABLISHED: 5 });
});

test("failures and resets are told per second", () => {
  const before = {
    data: parse("1000 638", "4 3 rawcount", "10 1 rawcount", "12 2 rawcount")!,
    at: 1,
  };
  const now = parse("1010 638", "4 3 rawcount", "10 21 rawcount", "12 7 rawcount");
  const judge = (params = {}) => judged(winperfTcpConn, now, { previous: before, params })[0];
  expect(perfdata(judge())).toEqual({ ESTABLISHED: 3, tcp_failures: 2, tcp_resets: 0.5 });
  expect(judge()?.summary).toBe("Established: 3");
  const warned = judge({ failures: { warn: 1, crit: 9 } });
  expect(warned?.state).toBe(WARN);
  expect(warned?.summary).toContain("Failures per second: 2 (warn/crit at 1/9)");
});

test("levels are for what stands too", () => {
  const params = { established: { warn: 3, crit: 9 } };
  expect(judged(winperfTcpConn, parse("1 638", "4 3 rawcount"), { params })[0]?.state).toBe(WARN);
});

test("metrics are those of windows_exporter, by the family of addresses", () => {
  const data = parse("1000 638 10000000", ...V4, "1000 1530 10000000", "4 2 rawcount");
  expect(sampleLines(samples(winperfTcpConn, data))).toEqual([
    'windows_tcp_connections_established{af="ipv4"} 3',
    'windows_tcp_connections_active_total{af="ipv4"} 23',
    'windows_tcp_connections_passive_total{af="ipv4"} 11',
    'windows_tcp_connection_failures_total{af="ipv4"} 1',
    'windows_tcp_connections_reset_total{af="ipv4"} 12',
    'windows_tcp_segments_total{af="ipv4"} 53267',
    'windows_tcp_segments_received_total{af="ipv4"} 34830',
    'windows_tcp_segments_sent_total{af="ipv4"} 18437',
    'windows_tcp_segments_retransmitted_total{af="ipv4"} 9',
    'windows_tcp_connections_established{af="ipv6"} 2',
  ]);
});

test("an object that counts nothing is no section", () => {
  expect(parse("1 638 1")).toBeUndefined();
  expect(parse()).toBeUndefined();
});
