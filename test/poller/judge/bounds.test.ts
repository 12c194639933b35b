import { expect, test } from "vitest";
import { bounded } from "../../../poller/judge/bounds.ts";
import type { Result } from "../../../poller/judge/check.ts";

const result: Result = { service: "Door", item: "front", state: 1, summary: "open" };

test("what fits stays as it is", () => {
  expect(bounded(result)).toBe(result);
});

test("what is too long is cut, and shows it", () => {
  const long = "x".repeat(100_000);
  const perf = { name: "count", value: 1 };
  const cut = bounded({
    service: long,
    item: long,
    state: 2,
    summary: long,
    details: long,
    perfdata: new Array<typeof perf>(100_000).fill(perf),
  });
  expect(cut.state).toBe(2);
  expect(JSON.stringify(cut).length).toBeLessThan(60_000);
  for (const text of [cut.service, cut.item, cut.summary, cut.details])
    expect(text).toMatch(/^x+…$/);
  expect(bounded({ ...result, summary: long })).toMatchObject({ service: "Door", item: "front" });
  expect(bounded({ ...result, summary: long })).not.toHaveProperty("details");
});
