import { expect, test } from "vitest";
import { netctr } from "../../../poller/checks/netctr.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => netctr.parse(rows(...lines));
const report = (time: number, received: number, sent: number) =>
  parse(
    String(time),
    `  eth0  ${received}  300 0 0 0 0 0 14 ${sent} 600 0 0 0 0 0 0`,
    "    lo    30156     265    0    0    0     0          0         0    30156     265    0    0    0     0       0          0",
  );

test("the counters are those of lnx_if", () => {
  const lines = sampleLines(samples(netctr, report(1000, 5000, 700)));
  expect(lines).toHaveLength(32);
  expect(lines).toContain('node_network_receive_bytes_total{device="eth0"} 5000');
  expect(lines).toContain('node_network_transmit_packets_total{device="lo"} 265');
});

test("two reports give rates, by the times that they state", () => {
  const [before, now] = [report(1000, 5000, 700), report(1060, 11_000, 1300)];
  expect(netctr.time?.(now!)).toBe(1060);
  const results = judged(netctr, now, { at: 1060, previous: { data: before!, at: 1000 } });
  expect(results).toMatchObject([
    { service: "NIC eth0 counters", item: "eth0", summary: "up, In: 100 B/s, Out: 10 B/s" },
  ]);
  expect(perfdata(results[0])).toMatchObject({ in: 100, out: 10, inerr: 0 });
});

test("a first report has none", () => {
  expect(judged(netctr, report(1000, 5000, 700))[0]?.summary).toBe("up");
});

test("a colon after the name is left out; a row with less than 16 counters is none", () => {
  const counters = "1 2 0 0 0 0 0 0 3 4 0 0 0 0 0 0";
  const names = (...lines: string[]) => parse(...lines)?.nics.map(({ name }) => name);
  expect(names("1000", `eth0: ${counters}`, `eth0 ${counters}`)).toEqual(["eth0"]);
  expect(names("1000", "eth0 1 2 3", `eth1 x ${counters.slice(2)}`)).toBeUndefined();
  expect(parse(`eth0 ${counters}`)?.time).toBeUndefined();
});
