import { expect, test } from "vitest";
import { openvpnClients } from "../../../agent/sections/openvpn_clients.ts";
import { collect, madeUp } from "./host.ts";

const CLIENTS = `office,192.0.2.17:40411,4928,5160,Mon Nov 16 08:00:00 2026
home,[2001:db8::5]:1194,17,0,Mon Nov 16 09:30:00 2026
`;
const status = (clients: string): string => `OpenVPN CLIENT LIST
Updated,Mon Nov 16 10:00:00 2026
Common Name,Real Address,Bytes Received,Bytes Sent,Connected Since
${clients}ROUTING TABLE
Virtual Address,Common Name,Real Address,Last Ref
10.8.0.6,office,192.0.2.17:40411,Mon Nov 16 09:59:58 2026
GLOBAL STATS
Max bcast/mcast queue length,0
END
`;

test.each(["/etc/openvpn/openvpn-status.log", "/var/log/openvpn/openvpn-status.log"])(
  "clients are those of the list in %s, and no routes",
  async (path) => {
    const { host } = madeUp({ [path]: status(CLIENTS) });
    expect(await collect(openvpnClients, host)).toBe(`<<<openvpn_clients:sep(44)>>>\n${CLIENTS}`);
  },
);

test("a server without clients has an empty section, a host without a server none", async () => {
  const { host } = madeUp({ "/etc/openvpn/openvpn-status.log": status("") });
  expect(await collect(openvpnClients, host)).toBe("<<<openvpn_clients:sep(44)>>>\n");
  expect(await collect(openvpnClients, madeUp({}).host)).toBeUndefined();
});

test("of a list that is just being written, whole lines are taken", async () => {
  const torn = status(CLIENTS).slice(0, status(CLIENTS).indexOf("home") + 9);
  const { host } = madeUp({ "/etc/openvpn/openvpn-status.log": torn });
  expect(await collect(openvpnClients, host)).toBe(
    `<<<openvpn_clients:sep(44)>>>\n${CLIENTS.split("\n", 1).join("")}\n`,
  );
});

test("a file of another kind has no clients", async () => {
  const { host } = madeUp({ "/etc/openvpn/openvpn-status.log": "TITLE,OpenVPN 2.6\na\nb\nc\nd\n" });
  expect(await collect(openvpnClients, host)).toBe("<<<openvpn_clients:sep(44)>>>\n");
});
