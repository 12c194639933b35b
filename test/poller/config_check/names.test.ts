import { expect, test } from "vitest";
import { unknownNames } from "../../../poller/config_check/names.ts";
import { hostOf } from "../hosts.ts";

test("names without an address are told, each for its hosts, or that they cannot be looked up", async () => {
  const hosts = [
    hostOf(1, { name: "here", address: "localhost" }),
    hostOf(1, { name: "ip", address: "192.0.2.1" }),
    hostOf(1, { name: "ip6", address: "2001:db8::1" }),
    hostOf(1, { name: "by file", address: "", file: { path: "/x", maxAgeSeconds: 1 } }),
    hostOf(1, { name: "a", address: "nowhere.invalid" }),
    hostOf(2, { name: "b", address: "nowhere.invalid" }),
  ];
  const lines = (await unknownNames(hosts)).map(({ severity, line }) => `${severity} ${line}`);
  // It depends on who answers for the machine.
  if (lines.length === 1)
    expect(lines[0]).toMatch(/1 name could not be looked up: nowhere\.invalid$/);
  else
    expect(lines).toEqual([
      "warning a: there is no host of the name nowhere.invalid",
      "warning b: there is no host of the name nowhere.invalid",
    ]);
});

test("they are waited for no longer than it is said", async () => {
  const hosts = Array.from({ length: 200 }, (_, i) =>
    hostOf(1, { name: `h${i}`, address: `h${i}.localhost` }),
  );
  const findings = await unknownNames(hosts, 0);
  expect(findings.at(-1)).toEqual({
    severity: "note",
    line: expect.stringMatching(
      /^\d+ names not looked up within 0 s: h\d+\.localhost, .*, …$/,
    ) as string,
  });
});
