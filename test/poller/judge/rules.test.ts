import { expect, test } from "vitest";
import { concerns, covers, isNarrow, type Where } from "../../../poller/judge/rules.ts";

const subject = {
  name: "db1.example.com",
  labels: { env: "prod", zone: "eu-1" },
  tags: ["ssd", "rack 7"],
  facts: { os: "linux" },
};
const about = (own: Partial<Where>): boolean =>
  concerns({ where: { labels: {}, tags: [], facts: {}, ...own } }, subject);

test("a rule that says nothing of hosts is about each", () => {
  expect(about({})).toBe(true);
});

test.each<[Partial<Where>, boolean]>([
  [{ host: "db*" }, true],
  [{ host: "db?" }, false],
  [{ host: "DB1*" }, false],
  [{ labels: { env: "prod" } }, true],
  [{ labels: { env: "pr?d", zone: "eu-*" } }, true],
  [{ labels: { env: "prod", zone: "us-*" } }, false],
  [{ labels: { owner: "*" } }, false],
  [{ tags: ["ssd"] }, true],
  [{ tags: ["ssd", "rack *"] }, true],
  [{ tags: ["ssd", "hdd"] }, false],
  [{ facts: { os: "linux" } }, true],
  [{ facts: { env: "prod" } }, false],
  [{ host: "db*", tags: ["hdd"] }, false],
])("%j: %s", (where, expected) => {
  expect(about(where)).toBe(expected);
});

test("what every object knows is no label", () => {
  expect(about({ labels: { constructor: "*" } })).toBe(false);
  expect(about({ facts: { toString: "*" } })).toBe(false);
});

test("a rule covers the services that all it names fits", () => {
  const df = { section: "df" };
  const result = { service: "Filesystem /backup2", item: "/backup2" };
  expect(covers({ check: "df", item: "/backup*" }, df, result)).toBe(true);
  expect(covers({ check: "df", item: "/backup?" }, df, result)).toBe(true);
  expect(covers({ check: "df", item: "/backup" }, df, result)).toBe(false);
  expect(covers({ service: "Filesystem *" }, df, result)).toBe(true);
  expect(covers({ service: "Filesystem *", item: "/x" }, df, result)).toBe(false);
  expect(covers({ check: "mem", service: "Filesystem *" }, df, result)).toBe(false);
  expect(covers({ item: "*" }, { section: "mem" }, { service: "Memory" })).toBe(false);
});

test("a rule about a check is about its newer forms too, and not the other way round", () => {
  const result = { service: "Filesystem /", item: "/" };
  expect(covers({ check: "df" }, { section: "df_v2", formOf: "df" }, result)).toBe(true);
  expect(covers({ check: "df_v2" }, { section: "df" }, result)).toBe(false);
});

test("only items and services make a rule one about some of a check's services", () => {
  expect([{ check: "df" }, { check: "df", item: "/" }, { service: "x" }].map(isNarrow)).toEqual([
    false,
    true,
    true,
  ]);
});
