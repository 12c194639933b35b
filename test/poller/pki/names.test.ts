import { basename, join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hostName, isIP, PkiError } from "../../../poller/pki/names.ts";

test.each([
  ["web1", "web1"],
  ["Web1.Example.ORG", "web1.example.org"],
  ["my_host", "my_host"],
  ["10.0.0.1", "10.0.0.1"],
  ["2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
  ["a".repeat(63), "a".repeat(63)],
  ["3com.example", "3com.example"],
])("%s is %s", (given, name) => {
  expect(hostName(given)).toBe(name);
});

describe("a name that is none of a host is refused", () => {
  test.each([
    "",
    ".",
    "..",
    "../web1",
    "/etc/passwd",
    "a/b",
    "a\\b",
    "a..b",
    ".web1",
    "web1.",
    "-web1",
    "--force",
    "web1-",
    "web 1",
    "web1\n",
    "web1\0",
    "*.example.org",
    "wéb1",
    "\u212Aelvin",
    "a".repeat(64),
    `${"a.".repeat(125)}a`,
    "1.2.3",
    "256.0.0.1",
    "010.0.0.1",
    "10.0.0.1.5",
    "0x7f.1",
    "2001:db8::g",
    "::1%eth0",
    "[::1]",
    "web1:6556",
    "web1@x",
  ])("%j", (text) => {
    expect(() => hostName(text)).toThrow(PkiError);
  });
});

test.each(["ca", "CA", "poller"])("%s would take the place of another file", (text) => {
  expect(() => hostName(text)).toThrow(/use the host's full name/);
});

test("whatever is given, a name stays within its folder", () => {
  const tricky = fc.string({
    unit: fc.constantFrom("a", "Z", "0", "9", ".", "-", "_", "/", "\\", ":", "%", "\0", "\u212A"),
    maxLength: 20,
  });
  fc.assert(
    fc.property(fc.oneof(tricky, fc.string({ unit: "binary" })), (text) => {
      try {
        const name = hostName(text);
        expect(basename(join("/pki", `${name}.pem`))).toBe(`${name}.pem`);
        expect(name).toMatch(/^[a-z0-9_:][a-z0-9_.:-]*$/);
        expect(hostName(name)).toBe(name);
      } catch (error) {
        expect(error).toBeInstanceOf(PkiError);
      }
    }),
    { numRuns: 500 },
  );
});

test("addresses are told from names", () => {
  expect(["10.0.0.1", "2001:db8::1"].every(isIP)).toBe(true);
  expect(["web1", "10.0.0.1.example", "1e1.0.0.1"].some(isIP)).toBe(false);
});
