import { expect, test } from "vitest";
import { roundsmanUname } from "../../../poller/checks/roundsman_uname.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => roundsmanUname.parse(rows(...lines));

test("what the kernel says is exported as node_exporter names it", () => {
  const uname = parse(
    "ostype Linux",
    "osrelease 6.1.0-13-amd64",
    "version #1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1 (2023-09-29)",
    "hostname web1.example",
    "domainname (none)",
    "machine x86_64",
  );
  expect(sampleLines(samples(roundsmanUname, uname))).toEqual([
    'node_uname_info{sysname="Linux",release="6.1.0-13-amd64",' +
      'version="#1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1 (2023-09-29)",' +
      'machine="x86_64",nodename="web1.example",domainname="(none)"} 1',
  ]);
  expect(judged(roundsmanUname, uname)).toEqual([]);
});

test("what is missing is an empty label, as long as there is a kernel", () => {
  expect(
    sampleLines(samples(roundsmanUname, parse("ostype Linux", "osrelease 6.1", "version"))),
  ).toEqual([
    'node_uname_info{sysname="Linux",release="6.1",version="",machine="",nodename="",domainname=""} 1',
  ]);
});

test("half of a kernel is refused, and no line at all is no section", () => {
  expect(() => parse("ostype Linux", "hostname web1")).toThrow(ParseError);
  expect(() => parse("osrelease 6.1")).toThrow(ParseError);
  expect(parse()).toBeUndefined();
});
