import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { sideBySide } from "../../../agent/readings/side_by_side.ts";

test("so many act at once and no more; what comes of them is in order", async () => {
  let [busy, most] = [0, 0];
  const act = async (item: number): Promise<number> => {
    most = Math.max(most, ++busy);
    await sleep(item % 3);
    busy--;
    return item * 2;
  };
  const items = Array.from({ length: 20 }, (_, i) => i);
  expect(await sideBySide(items, 4, act)).toEqual(items.map((item) => item * 2));
  expect(most).toBe(4);
});
