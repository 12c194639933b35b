import { expect, test } from "vitest";
import { vmsIf } from "../../../poller/checks/vms_if.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const NETSTAT = "SE0 26660 1 15634 2 3";
const SNMP = "SE0 0 26660 0 0 0 1 0 15634 0 0 0 2";

test("packets, errors and collisions are exported; what is not told is not 0", () => {
  expect(sampleLines(samples(vmsIf, vmsIf.parse(rows(NETSTAT))))).toEqual([
    'node_network_receive_packets_total{device="SE0"} 26660',
    'node_network_receive_errs_total{device="SE0"} 1',
    'node_network_transmit_packets_total{device="SE0"} 15634',
    'node_network_transmit_errs_total{device="SE0"} 2',
    'node_network_transmit_colls_total{device="SE0"} 3',
  ]);
});

test("later agents lay the columns out otherwise, and tell no collisions", () => {
  const lines = sampleLines(samples(vmsIf, vmsIf.parse(rows(SNMP))));
  expect(lines).toEqual(sampleLines(samples(vmsIf, vmsIf.parse(rows(NETSTAT)))).slice(0, -1));
});

test("a counter that looks negative has grown past what a sign leaves room for", () => {
  const lines = sampleLines(samples(vmsIf, vmsIf.parse(rows("SE0 -1 0 5 0 0"))));
  expect(lines[0]).toBe('node_network_receive_packets_total{device="SE0"} 4294967295');
});

test("two reports give rates of packets, and none of bytes", () => {
  const previous = { data: vmsIf.parse(rows("SE0 100 0 50 0 0"))!, at: 100 };
  const now = vmsIf.parse(rows("SE0 300 0 150 0 0"));
  const [result] = judged(vmsIf, now, { at: 110, previous });
  expect(result).toMatchObject({ service: "Interface SE0", summary: "up" });
  const rates = perfdata(result);
  expect(rates).toMatchObject({ inucast: 20, outucast: 10, inerr: 0, outerr: 0 });
  expect(rates).not.toHaveProperty("in");
  expect(rates).not.toHaveProperty("indisc");
});

test("lines without numbers say nothing", () => {
  expect(vmsIf.parse(rows("SE0 - - - -", "Name Ipkts Ierrs Opkts Oerrs Coll"))).toBeUndefined();
});
