import { describe, expect, test } from "vitest";
import { AllowList, isLoopback, isNetwork, plainAddress } from "../../agent/allow.ts";

describe("an allow list", () => {
  test.each([
    ["192.0.2.7", "192.0.2.7", true],
    ["192.0.2.7", "192.0.2.8", false],
    ["192.0.2.0/24", "192.0.2.255", true],
    ["192.0.2.0/24", "192.0.3.0", false],
    ["192.0.2.77/24", "192.0.2.1", true],
    ["0.0.0.0/0", "203.0.113.9", true],
    ["0.0.0.0/0", "2001:db8::1", false],
    ["192.0.2.0/24", "::ffff:192.0.2.1", true],
    ["::ffff:192.0.2.0/120", "192.0.2.1", true],
    ["::ffff:192.0.2.0/120", "192.0.3.1", false],
    ["2001:db8::/32", "2001:db8:1::1", true],
    ["2001:db8::/32", "2001:db9::1", false],
    ["::1", "::1", true],
    ["::1", "0:0:0:0:0:0:0:1", true],
  ])("of %s asked for %s says %s", (entry, address, answer) => {
    expect(new AllowList([entry]).has(address)).toBe(answer);
  });

  test("lets in whom any of its entries names", () => {
    const list = new AllowList(["192.0.2.1", "2001:db8::/32"]);
    expect(["192.0.2.1", "2001:db8::9", "192.0.2.2"].map((a) => list.has(a))).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("lets nobody in whose address is not known", () => {
    expect(new AllowList(["127.0.0.1"]).has("")).toBe(false);
  });
});

test.each([
  "192.0.2.0/33",
  "2001:db8::/129",
  "::ffff:192.0.2.0/95",
  "web1",
  "",
  "192.0.2.0/",
  "/8",
  "1.2.3",
])("%j is no network", (text) => expect(isNetwork(text)).toBe(false));

test("IPv4 in IPv6 is IPv4; other addresses stay", () => {
  expect(["::ffff:127.0.0.1", "::1", "::ffff:7f00:1"].map(plainAddress)).toEqual([
    "127.0.0.1",
    "::1",
    "::ffff:7f00:1",
  ]);
});

test("loopback is 127.0.0.0/8 and ::1", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"].every(isLoopback)).toBe(true);
  expect(["0.0.0.0", "::", "192.0.2.1", "128.0.0.1"].some(isLoopback)).toBe(false);
});
