import { expect, test } from "vitest";
import { tcpConnStats } from "../../../poller/checks/tcp_conn_stats.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => tcpConnStats.parse(rows(...lines));

test("the kernel's numbers become states", () => {
  const [service] = judged(tcpConnStats, parse("06 1200", "0A 18", "01 40"));
  expect(service).toMatchObject({
    service: "TCP Connections",
    state: OK,
    summary: "Established: 40, Time wait: 1200, Listen: 18",
  });
  expect(perfdata(service)).toEqual({ ESTABLISHED: 40, TIME_WAIT: 1200, LISTEN: 18 });
});

test("the words of ss and netstat mean the same", () => {
  const words = parse("ESTAB 4", "SYN-SENT 1", "FIN-WAIT-2 2", "UNCONN 3", "CLOSE_WAIT 5");
  expect(words).toEqual(parse("01 4", "02 1", "05 2", "07 3", "08 5"));
});

test("all eleven states are exported, those without sockets as 0", () => {
  const found = sampleLines(samples(tcpConnStats, parse("01 40", "07 2")));
  expect(found).toHaveLength(11);
  expect(found).toContain('node_tcp_connection_states{state="established"} 40');
  expect(found).toContain('node_tcp_connection_states{state="close"} 2');
  expect(found).toContain('node_tcp_connection_states{state="fin_wait2"} 0');
});

test("the state that only newer kernels know is exported where it occurs", () => {
  expect(sampleLines(samples(tcpConnStats, parse("0D 3")))).toContain(
    'node_tcp_connection_states{state="bound"} 3',
  );
});

test("levels are for single states", () => {
  const params = { levels: { TIME_WAIT: { warn: 1000, crit: 5000 } } };
  const [service] = judged(tcpConnStats, parse("06 1200", "01 4000"), { params });
  expect(service?.state).toBe(WARN);
  expect(service?.summary).toContain("Time wait: 1200 (warn/crit at 1000/5000)");
});

test("states that are unknown are passed over", () => {
  expect(parse("FF 3", "constructor 4", "01 1")).toEqual(new Map([["ESTABLISHED", 1]]));
  expect(parse("FF 3")).toBeUndefined();
});

test("a row that is not a state and a count is refused", () => {
  for (const line of ["01", "01 many", "01 -3"]) expect(() => parse(line)).toThrow(ParseError);
});

test("an empty section is as good as none", () => {
  expect(parse()).toBeUndefined();
});

test("BSD's words for states are understood", () => {
  const data = tcpConnStats.parse(rows("FIN_WAIT_1 2", "SYN_RCVD 3", "FIN_WAIT_2 1"));
  expect([...(data ?? [])]).toEqual([
    ["FIN_WAIT1", 2],
    ["SYN_RECV", 3],
    ["FIN_WAIT2", 1],
  ]);
});
