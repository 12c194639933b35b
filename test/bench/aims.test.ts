import { expect, test } from "vitest";
import { verdict } from "./aims.ts";

test("an aim is met at its bound", () => {
  expect(verdict({ figure: 0.7, atMost: 0.7 })).toBe("met");
  expect(verdict({ figure: 1400, atLeast: 1400 })).toBe("met");
});

test("it is said by how much one is missed", () => {
  expect(verdict({ figure: 105, atMost: 100 })).toBe("missed by 5%");
  expect(verdict({ figure: 700, atLeast: 1400 })).toBe("missed by 50%");
  expect(verdict({ figure: 100.1, atMost: 100 })).toBe("missed by less than 1%");
  expect(verdict({ figure: 1, atMost: 0 })).toBe("missed");
});

test("what was not measured is not met", () => {
  expect(verdict({ figure: NaN, atMost: 100 })).toBe("not measured");
  expect(verdict({ figure: Infinity, atMost: 100 })).toBe("not measured");
});
