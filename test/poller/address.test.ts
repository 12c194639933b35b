import fc from "fast-check";
import { expect, test } from "vitest";
import { formatAddress, parseAddress } from "../../poller/address.ts";

test.each([
  ["web1", "web1", 6556],
  ["web1.example.org:7000", "web1.example.org", 7000],
  ["10.0.0.1", "10.0.0.1", 6556],
  ["10.0.0.1:0", "10.0.0.1", 0],
  ["2001:db8::1", "2001:db8::1", 6556],
  ["[2001:db8::1]", "2001:db8::1", 6556],
  ["[2001:db8::1]:7000", "2001:db8::1", 7000],
  ["[fe80::1%eth0]:7000", "fe80::1%eth0", 7000],
  ["::", "::", 6556],
])("%s is host %s, port %d", (text, host, port) => {
  expect(parseAddress(text, 6556)).toEqual({ host, port });
});

test.each([
  "",
  ":7000",
  "web1:",
  "web1:x",
  "web1:65536",
  "[web1]:1",
  "[::1",
  "a b",
  "http://a",
  "-a",
])("%j is no address", (text) => {
  expect(parseAddress(text, 6556)).toBeUndefined();
});

test("without a default the port must be there", () => {
  expect(parseAddress("web1")).toBeUndefined();
  expect(parseAddress("::1")).toBeUndefined();
  expect(parseAddress("[::1]:80")).toEqual({ host: "::1", port: 80 });
});

test("an address that was written can be read", () => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  fc.assert(
    fc.property(host, fc.integer({ min: 0, max: 65535 }), (name, port) => {
      expect(parseAddress(formatAddress({ host: name, port }))).toEqual({ host: name, port });
    }),
  );
});
