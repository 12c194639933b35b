import { expect, test } from "vitest";
import { didYouMean } from "../../poller/spelling.ts";

const keys = ["name", "address", "port", "interval", "max_bytes"];

test.each([
  ["adress", "address"],
  ["prot", "port"],
  ["intervall", "interval"],
  ["maxbytes", "max_bytes"],
])("%s is taken for %s", (word, meant) => {
  expect(didYouMean(word, keys)).toBe(` (did you mean ${meant}?)`);
});

test.each(["", "colour", "x"])("%j is like nothing that is known", (word) => {
  expect(didYouMean(word, keys)).toBe("");
});
