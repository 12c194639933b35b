import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matches, matchesAny } from "../../../poller/judge/glob.ts";

describe("a pattern", () => {
  test.each([
    ["veth0", "veth*", true],
    ["veth", "veth*", true],
    ["eth0", "veth*", false],
    ["/usr/sbin/sshd -D", "*sshd*", true],
    ["getty@tty1.service", "getty@*.service", true],
    ["getty@tty1.socket", "getty@*.service", false],
    ["sda", "sd?", true],
    ["sd", "sd?", false],
    ["", "*", true],
    ["", "", true],
    ["a", "", false],
    ["*", "*?", true],
    ["Nginx", "nginx", false],
  ])("%j is as %j says: %s", (text, pattern, expected) => {
    expect(matches(text, pattern)).toBe(expected);
  });

  test("says what the regular expression made of it says", () => {
    const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?") });
    fc.assert(
      fc.property(letters, letters, (text, pattern) => {
        const expression = pattern.replaceAll("*", ".*").replaceAll("?", ".");
        expect(matches(text, pattern)).toBe(new RegExp(`^${expression}$`).test(text));
      }),
    );
  });

  test("is not slowed down by a text that nearly matches over and over", () => {
    expect(matches("a".repeat(2000), `${"*a".repeat(50)}*b`)).toBe(false);
  });
});

test("one pattern of several is enough", () => {
  expect(matchesAny("lo", ["eth*", "lo"])).toBe(true);
  expect(matchesAny("wlan0", ["eth*", "lo"])).toBe(false);
  expect(matchesAny("lo", [])).toBe(false);
});
