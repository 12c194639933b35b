import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isUp, readInterfaces } from "../../../poller/readings/interfaces.ts";

const row = (name: string, ...counters: number[]): string =>
  `${name}: ${Array.from({ length: 16 }, (_, column) => counters[column] ?? 0).join(" ")}`;
const only = (...lines: string[]) => {
  const [nic, ...others] = readInterfaces(lines);
  if (!nic || others.length > 0) throw new Error("one interface is wanted");
  return nic;
};
const withFlags = (flags: string) =>
  only(
    "[start_iplink]",
    `7: net7: <${flags}> mtu 1500 qdisc mq state UP group default qlen 1000`,
    "[end_iplink]",
    row("net7", 5),
  );

describe("reading interfaces", () => {
  test("sorts them by name and gives them their counters", () => {
    const nics = readInterfaces([row("wan0", 10, 1), row("lan0", 20, 2), row("lo")]);
    expect(nics.map(({ name }) => name)).toEqual(["lan0", "lo", "wan0"]);
    expect(nics[0]?.counters).toEqual([20, 2, ...Array<number>(14).fill(0)]);
  });

  test("takes a name that stands close to its first counter, and one with a colon", () => {
    expect(only("lan0:77 1 0 0 0 0 0 0 8 1 0 0 0 0 0 0").counters[0]).toBe(77);
    expect(only("lan0:1:77 1 0 0 0 0 0 0 8 1 0 0 0 0 0 0").name).toBe("lan0:1");
  });

  test("takes the first of two rows with one name", () => {
    expect(only(row("lan0", 1), row("lan0", 2)).counters[0]).toBe(1);
  });

  test("finds what `ip address` says of a link, without the peer's number in its name", () => {
    const nic = only(
      "[start_iplink]",
      "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN group default",
      "link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00",
      "12: veth12@if3: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1450 qdisc noqueue state UP",
      "link/ether 0a:00:00:00:00:12 brd ff:ff:ff:ff:ff:ff link-netnsid 0",
      "alias to the cellar",
      "inet 192.0.2.12/24 brd 192.0.2.255 scope global veth12",
      "[end_iplink]",
      row("veth12"),
    );
    expect(nic.link).toEqual({
      isAdminUp: true,
      hasCarrier: true,
      mtu: 1450,
      operstate: "up",
      address: "0a:00:00:00:00:12",
      broadcast: "ff:ff:ff:ff:ff:ff",
      alias: "to the cellar",
    });
  });

  test("finds speed, duplex and address in the blocks of ethtool", () => {
    const nic = only(
      row("lan0"),
      "[lan0]",
      "Speed: 2500Mb/s",
      "Duplex: Full",
      "Auto-negotiation: on",
      "Link detected: yes",
      "Address: 0a:00:00:00:00:01",
    );
    expect(nic.card).toEqual({
      speed: 312_500_000,
      duplex: "full",
      hasLink: true,
      address: "0a:00:00:00:00:01",
    });
  });

  test.each(["Speed: Unknown!", "Speed: -1Mb/s", "Speed: 0Mb/s", "Speed: fast"])(
    "knows no speed from %j",
    (line) => {
      expect(only(row("lan0"), "[lan0]", line).card.speed).toBeUndefined();
    },
  );

  test("has no link where the part of `ip address` lacks its end", () => {
    const nic = only("[start_iplink]", "2: lan0: <UP> mtu 1500 qdisc mq state UP", row("lan0", 1));
    expect(nic.link).toBeUndefined();
  });

  test("never fails, and gives whole numbers only", () => {
    const word = fc.constantFrom(
      "[start_iplink]",
      "[end_iplink]",
      "[lan0]",
      "2: lan0: <UP,LOWER_UP> mtu 1500 state UP",
      "link/ether",
      "Speed: 99999999999Mb/s",
      row("lan0", 9),
      `lan1: ${Array(16).fill("9".repeat(400)).join(" ")}`,
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (lines) => {
        for (const { counters } of readInterfaces(lines)) {
          expect(counters).toHaveLength(16);
          expect(counters.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        }
      }),
    );
  });
});

describe("an interface is up", () => {
  test.each([
    ["BROADCAST,MULTICAST,UP,LOWER_UP", true],
    ["NO-CARRIER,BROADCAST,MULTICAST,UP", false],
    ["BROADCAST,MULTICAST", false],
  ])("with the flags %s: %s", (flags, expected) => {
    expect(isUp(withFlags(flags))).toBe(expected);
  });

  test("by what the card says, where there is nothing better", () => {
    expect(isUp(only(row("lan0", 5), "[lan0]", "Link detected: no"))).toBe(false);
    expect(isUp(only(row("lan0"), "[lan0]", "Link detected: yes"))).toBe(true);
  });

  test("when it was used, where nothing else is known", () => {
    expect(isUp(only(row("lan0", 5)))).toBe(true);
    expect(isUp(only(row("lan0")))).toBe(false);
  });
});
