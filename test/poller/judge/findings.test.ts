import { expect, test } from "vitest";
import { conclude, measured } from "../../../poller/judge/findings.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";

const perf = { name: "temp", value: 42, levels: { upper: { warn: 40, crit: 50 } } };

test("a measured number agrees with itself: state, text and perfdata", () => {
  expect(measured("42 °C", perf)).toEqual({
    state: WARN,
    text: "42 °C (warn/crit at 40/50)",
    perf,
  });
});

test("the worst finding gives the state, and all give their texts and numbers", () => {
  expect(
    conclude("Oven", [{ text: "hot" }, measured("42 °C", perf), { state: CRIT, text: "open" }, {}]),
  ).toEqual({
    service: "Oven",
    state: CRIT,
    summary: "hot, 42 °C (warn/crit at 40/50), open",
    perfdata: [perf],
  });
});

test("what is quiet is in the details while it is good, and in the summary when it is bad", () => {
  const findings = [
    { text: "loud" },
    { text: "good", quiet: true },
    { text: "fine", quiet: true },
    { text: "bad", state: WARN, quiet: true },
  ];
  expect(conclude("Oven", findings, "left")).toEqual({
    service: "Oven",
    item: "left",
    state: WARN,
    summary: "loud, bad",
    details: "good\nfine",
    perfdata: [],
  });
});

test("nothing found is nothing wrong", () => {
  expect(conclude("Oven", [])).toEqual({
    service: "Oven",
    state: OK,
    summary: "",
    perfdata: [],
  });
});
