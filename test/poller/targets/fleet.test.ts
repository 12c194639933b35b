import { expect, test } from "vitest";
import { Fleet } from "../../../poller/targets/fleet.ts";
import { hostOf } from "../hosts.ts";

const named = (...names: string[]) => names.map((name) => hostOf(1, { name }));
const names = (hosts: readonly { readonly name: string }[]) => hosts.map(({ name }) => name);

test("hosts come and go, and who stays as he was is the same object", () => {
  const fleet = new Fleet();
  expect(names(fleet.update([named("a", "b")]).added)).toEqual(["a", "b"]);
  const [a] = fleet.hosts;
  const { added, removed } = fleet.update([named("a", "c")]);
  expect([names(added), names(removed)]).toEqual([["c"], ["b"]]);
  expect(fleet.hosts[0]).toBe(a);
});

test("who has changed goes and comes", () => {
  const fleet = new Fleet();
  fleet.update([named("a")]);
  const { added, removed } = fleet.update([[hostOf(2, { name: "a" })]]);
  expect([added.map(({ port }) => port), removed.map(({ port }) => port)]).toEqual([[2], [1]]);
});

test("of two with one name the first counts, and the other is named", () => {
  const fleet = new Fleet();
  const { duplicates } = fleet.update([named("a", "b"), [hostOf(2, { name: "a" })]]);
  expect(duplicates).toEqual(["a"]);
  expect(fleet.hosts.map(({ name, port }) => `${name} ${port}`)).toEqual(["a 1", "b 1"]);
});
