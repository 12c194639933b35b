import { expect, test } from "vitest";
import { paced } from "../../../agent/readings/paced.ts";
import { madeUp, NOW } from "../sections/host.ts";

test("an answer holds for its time, and so does a failure", async () => {
  let now = NOW;
  let asked = 0;
  const { host } = madeUp({}, { now: () => now });
  const ask = (): Promise<number | undefined> =>
    paced(host, "key", 60, () => {
      asked++;
      return asked === 2 ? Promise.reject(new Error("not now")) : Promise.resolve(asked);
    });
  expect([await ask(), await ask()]).toEqual([1, 1]);
  now += 60;
  await expect(ask()).rejects.toThrow("not now");
  await expect(ask()).rejects.toThrow("not now");
  now += 60;
  expect(await ask()).toBe(3);
});

test("that there is nothing holds as well", async () => {
  let asked = 0;
  const { host } = madeUp({});
  const ask = (): Promise<unknown> =>
    paced(host, "key", 60, () => {
      asked++;
      return Promise.resolve(undefined);
    });
  expect([await ask(), await ask(), asked]).toEqual([undefined, undefined, 1]);
});
