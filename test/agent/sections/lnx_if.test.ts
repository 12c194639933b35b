import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lnxIf } from "../../../agent/sections/lnx_if.ts";
import { top } from "../../peers.ts";
import { collect, lackOf, madeUp, NOW, web1, type MadeUp } from "./host.ts";

const HEAD = "Inter-| Receive\n face |bytes\n";
const ETH0 = "  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n";
const SYS = "/sys/class/net/eth0";
const COUNTERS = `<<<lnx_if:sep(58)>>>\n${ETH0}[eth0]\n`;

const hostWith = (files: Record<string, string>, now?: () => number): MadeUp =>
  madeUp({ "/proc/net/dev": HEAD + ETH0, ...files }, now && { now });

test("addresses, then counters, then speed, duplex, link and address of each interface", async () => {
  const tool = readFileSync(join(top, "test/fixtures/hosts/web1/usr/bin/ip"), "utf8");
  const addresses = tool.split("'END'\n")[1]?.split("END\n")[0] ?? "";
  expect(addresses).toContain("203.0.113.7/24");
  expect(await collect(lnxIf, web1())).toBe(`<<<lnx_if>>>
[start_iplink]
${addresses}[end_iplink]
<<<lnx_if:sep(58)>>>
enp3s0: 5000000000 4000000    1    2    0     0          0       300 700000000 900000    0    0    0     0       0          0
    lo:  123456     789    0    0    0     0          0         0   123456     789    0    0    0     0       0          0
  eno9:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
   wg0:    1000      10    0    0    0     0          0         0     2000      20    0    3    0     0       0          0
[lo]
	Link detected: yes
Address: 00:00:00:00:00:00
[wg0]
	Link detected: yes
[eno9]
	Link detected: no
Address: 02:00:5e:00:53:02
[enp3s0]
	Speed: 1000Mb/s
	Duplex: Full
	Link detected: yes
Address: 02:00:5e:00:53:01
`);
});

test("without iproute2 there is no first part", async () => {
  expect(await collect(lnxIf, hostWith({}).host)).toBe(COUNTERS);
});

test("an ip that fails costs the addresses only, and is told", async () => {
  const { host } = hostWith({ "/usr/bin/ip": "#!/bin/sh\nexit 3\n" });
  expect(await collect(lnxIf, host)).toBe(COUNTERS);
  expect(await lackOf(lnxIf, host)).toEqual(["ip address ended with exit code 3"]);
});

test.each([
  ["-1", "unknown", "\tSpeed: Unknown!\n\tDuplex: Unknown! (255)\n"],
  ["25000", "half", "\tSpeed: 25000Mb/s\n\tDuplex: Half\n"],
  ["10000", "full", "\tSpeed: 10000Mb/s\n\tDuplex: Full\n"],
])("speed %s and duplex %s read as ethtool says them", async (speed, duplex, lines) => {
  const { host } = hostWith({ [`${SYS}/speed`]: `${speed}\n`, [`${SYS}/duplex`]: `${duplex}\n` });
  expect(await collect(lnxIf, host)).toBe(COUNTERS + lines);
});

test.each([
  ["carrier", `${SYS}/carrier`, "0\n"],
  ["operstate", `${SYS}/operstate`, "down\n"],
  ["flags", `${SYS}/flags`, "0x1002\n"],
  ["mtu", `${SYS}/mtu`, "9000\n"],
  ["hardware address", `${SYS}/address`, "02:00:5e:00:53:09\n"],
  ["IPv6 address", "/proc/net/if_inet6", "fe80 02 40 20 80 eth0\n"],
  ["IPv4 address", "/proc/net/fib_trie", "   |-- 192.0.2.9\n      /32 host LOCAL\n"],
  ["interface", "/proc/net/dev", `${HEAD}${ETH0}  eth1: 0\n`],
])("addresses are asked for again when there is another %s", async (_, path, text) => {
  const { host, write } = hostWith({
    "/proc/net/fib_trie": "   |-- 192.0.2.1\n      /32 host LOCAL\n",
    "/proc/net/if_inet6": "",
    "/usr/bin/ip": "#!/bin/sh\necho first\n",
  });
  await collect(lnxIf, host);
  write("/usr/bin/ip", "#!/bin/sh\necho second\n");
  expect(await collect(lnxIf, host)).toContain("\nfirst\n");
  write(path, text);
  expect(await collect(lnxIf, host)).toContain("\nsecond\n");
});

test("counters are new each time, addresses five minutes old at most", async () => {
  let now = NOW;
  const { host, write } = hostWith({ "/usr/bin/ip": "#!/bin/sh\necho first\n" }, () => now);
  await collect(lnxIf, host);
  write("/usr/bin/ip", "#!/bin/sh\necho second\n");
  write("/proc/net/dev", `${HEAD}  eth0: 77\n`);
  now += 290;
  expect(await collect(lnxIf, host)).toMatch(/\nfirst\n(.|\n)* {2}eth0: 77\n/);
  now += 10;
  expect(await collect(lnxIf, host)).toContain("\nsecond\n");
});

test("another route is no reason to ask for addresses, and a router's table is read rarely", async () => {
  const route = (i: number): string => `   |-- 10.${i >> 8}.${i & 255}.0\n      /24 link UNICAST\n`;
  const table = (routes: number, own: string): string =>
    Array.from({ length: routes }, (_, i) => route(i)).join("") +
    `   |-- ${own}\n      /32 host LOCAL\n`;
  let now = NOW;
  const { host, write } = hostWith(
    { "/proc/net/fib_trie": table(1, "192.0.2.1"), "/usr/bin/ip": "#!/bin/sh\necho first\n" },
    () => now,
  );
  await collect(lnxIf, host);
  write("/usr/bin/ip", "#!/bin/sh\necho second\n");
  write("/proc/net/fib_trie", table(6000, "192.0.2.1"));
  expect(await collect(lnxIf, host)).toContain("\nfirst\n");
  write("/proc/net/fib_trie", table(6000, "192.0.2.2"));
  now += 290;
  expect(await collect(lnxIf, host)).toContain("\nfirst\n");
  now += 10;
  expect(await collect(lnxIf, host)).toContain("\nsecond\n");
});

test("garbage gives lines of garbage, no file gives no section", async () => {
  const { host } = madeUp({ "/proc/net/dev": "x" });
  expect(await collect(lnxIf, host)).toBe("<<<lnx_if:sep(58)>>>\n");
  expect(await collect(lnxIf, madeUp({}).host)).toBeUndefined();
});
