import { expect, test } from "vitest";
import { examine } from "../../../poller/examine.ts";
import { ownMetrics } from "../../../poller/report_metrics.ts";
import { judging } from "../../../poller/judging.ts";
import { parse } from "../../../poller/parse.ts";
import { toys } from "../toy.ts";

const judges = judging(toys);

/** The time of the report, and of the families that are of another. */
function timesIn(report: string): readonly [time: number, times: Record<string, number>] {
  const { hosts, cut } = parse(Buffer.from(report));
  const { time, times } = examine(hosts[0]!.sections, {
    ...{ host: { name: "web1", labels: {}, tags: [] }, bytes: 1, at: 1000, cut, judging: judges },
  });
  return [time, Object.fromEntries(Array.from(times, ([{ name }, at]) => [name, at]))];
}

test("a family is of the time of its section: from a cache, stated, or when the report came", () => {
  expect(timesIn("<<<sizes>>>\na 1\n")).toEqual([1000, {}]);
  expect(timesIn("<<<compared>>>\ntime 990\na 1\n<<<sizes>>>\na 1\n")).toEqual([990, {}]);
  const cached = "<<<sizes:cached(900,600)>>>\na 1\n";
  const own = { toy_things: 900, toy_size_bytes: 900, toy_reads_total: 900 };
  expect(timesIn(`<<<compared>>>\ntime 990\na 1\n${cached}`)).toEqual([990, own]);
});

test("a family that two sections give is of the time of the fresher one", () => {
  const cached = "<<<sizes:cached(900,600)>>>\na 1\n";
  expect(timesIn(`${cached}<<<old_sizes>>>\nb 1\n`)).toEqual([1000, { toy_things: 900 }]);
  const [, times] = timesIn(`${cached}<<<old_sizes:cached(950,600)>>>\nb 1\n`);
  expect(times).toEqual({ toy_things: 900, toy_size_bytes: 950, toy_reads_total: 950 });
});

test("what the poller says of a report stands before what the report says", () => {
  const names = ownMetrics.flat().flatMap((one) => ("families" in one ? one.families : [one]));
  expect(judges.families.list.slice(0, names.length)).toEqual(names);
});
