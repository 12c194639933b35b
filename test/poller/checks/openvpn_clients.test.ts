import { expect, test } from "vitest";
import { openvpnClients } from "../../../poller/checks/openvpn_clients.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  openvpnClients.parse(sectionRows(["<<<openvpn_clients:sep(44)>>>", ...lines, ""].join("\n")));
const office = (received: number, sent: number) =>
  parse(`office,192.0.2.17:40411,${received},${sent},Mon Nov 16 08:00:00 2026`);

test("what a client sent and was sent is exported", () => {
  expect(sampleLines(samples(openvpnClients, office(4928, 5160)))).toEqual([
    'roundsman_openvpn_client_connections{client="office"} 1',
    'roundsman_openvpn_client_received_bytes_total{client="office"} 4928',
    'roundsman_openvpn_client_sent_bytes_total{client="office"} 5160',
  ]);
});

test("between two reports there are rates", () => {
  const previous = { data: office(1000, 2000)!, at: 100 };
  const [service] = judged(openvpnClients, office(11_000, 7000), { at: 110, previous });
  expect(service).toMatchObject({ service: "OpenVPN Client office", item: "office", state: OK });
  expect(perfdata(service)).toEqual({ in: 1000, out: 500 });
});

test("a client that connected anew has no rates, as little as one that was never seen", () => {
  const previous = { data: office(1000, 2000)!, at: 100 };
  expect(judged(openvpnClients, office(10, 20), { at: 110, previous })[0]?.perfdata).toEqual([]);
  expect(judged(openvpnClients, office(10, 20))[0]?.summary).toBe("connected");
});

test("connections under one name are one client", () => {
  const data = parse("office,192.0.2.1:1,10,20,x", "office,192.0.2.2:2,1,2,x");
  expect(data).toEqual([{ name: "office", connections: 2, received: 11, sent: 22 }]);
  expect(judged(openvpnClients, data)[0]?.summary).toBe("2 connections");
});

test("what is no client is refused; a server without clients has no service", () => {
  expect(() => parse("office,192.0.2.17:40411,many,few")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});
