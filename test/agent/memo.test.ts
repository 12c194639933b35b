import { expect, test } from "vitest";
import { Memos } from "../../agent/memo.ts";

const clock = { now: 1000 };
const memos = (): Memos => {
  clock.now = 1000;
  return new Memos(() => clock.now);
};

test("a value holds for its time and is made anew after it", async () => {
  const made = memos();
  let count = 0;
  const get = (): Promise<number> => made.get("key", { seconds: 60 }, () => ++count);
  expect(await get()).toBe(1);
  clock.now += 50;
  expect(await get()).toBe(1);
  clock.now += 9.99; // the tick that is due, a little early
  expect(await get()).toBe(2);
});

test("a value holds only while what it was made from is the same", async () => {
  const made = memos();
  let count = 0;
  const get = (of: string): Promise<number> => made.get("key", { of, seconds: 60 }, () => ++count);
  expect([await get("a"), await get("a"), await get("b"), await get("a")]).toEqual([1, 1, 2, 3]);
});

test("how long a value holds may depend on it", async () => {
  const made = memos();
  let size = 10;
  const get = (): Promise<number> =>
    made.get("key", { seconds: (n) => (n > 5 ? 60 : 0) }, () => size--);
  expect([await get(), await get()]).toEqual([10, 10]);
  size = 1;
  clock.now += 60;
  expect([await get(), await get()]).toEqual([1, 0]);
});

test("who asks while a value is made waits for the same", async () => {
  const made = memos();
  let count = 0;
  const slow = async (): Promise<number> => {
    await new Promise((done) => setTimeout(done, 20));
    return ++count;
  };
  const all = Array.from({ length: 5 }, () => made.get("key", { seconds: 0 }, slow));
  expect(await Promise.all(all)).toEqual([1, 1, 1, 1, 1]);
});

test("a failure is told to all who wait and is not kept", async () => {
  const made = memos();
  const fail = (): never => {
    throw new Error("broken");
  };
  const both = [1, 2].map(() => made.get("key", { seconds: 60 }, fail));
  await Promise.all(both.map((value) => expect(value).rejects.toThrow("broken")));
  expect(await made.get("key", { seconds: 60 }, () => "well")).toBe("well");
});

test("a clock that is set back makes nothing hold for longer", async () => {
  const made = memos();
  await made.get("key", { seconds: 60 }, () => "old");
  clock.now -= 86_400;
  expect(await made.get("key", { seconds: 60 }, () => "new")).toBe("new");
});
