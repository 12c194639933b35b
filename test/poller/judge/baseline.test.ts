import { describe, expect, test } from "vitest";
import {
  compare,
  type IsAbout,
  type Known,
  learn,
  type Sighting,
} from "../../../poller/judge/baseline.ts";

const first: Sighting = {
  at: 100,
  sections: ["df", "mounts"],
  services: ["Filesystem /", "Mount options of /"],
  compared: { mounts: { "/": "rw" } },
};
const later: Sighting = {
  at: 200,
  sections: ["mounts", "mem"],
  services: ["Mount options of /", "Mount options of /srv", "Memory"],
  compared: { mounts: { "/": "ro", "/srv": "rw" } },
};
const isAbout: IsAbout = (check, service, item) =>
  check === "mounts" && service === `Mount options of ${item}`;

describe("what is known of a host", () => {
  test("is what was seen first", () => {
    expect(learn(undefined, first, isAbout)).toEqual(first);
    expect(learn(first, first, isAbout)).toBe(first);
  });

  test("stays, but for items that are new to a check", () => {
    const known = learn(first, later, isAbout);
    expect(known).toEqual({ ...first, compared: { mounts: { "/": "rw", "/srv": "rw" } } });
    expect(learn(known, later, isAbout)).toBe(known);
  });

  test("is renewed for the services that were accepted, once", () => {
    const accepted = { ...first, accepted: ["Mount options of /", "Memory", "Filesystem /"] };
    const known = learn(accepted, later, isAbout);
    expect(known).toEqual({
      ...first,
      // The file system has gone, and that is accepted too.
      services: ["Mount options of /", "Memory"],
      compared: { mounts: { "/": "ro", "/srv": "rw" } },
    });
    expect(learn(known, first, isAbout)).toBe(known);
  });

  test("is not renewed where a check remembers nothing of the accepted service", () => {
    const known = learn({ ...first, accepted: ["Memory"] }, later, isAbout);
    expect(known.compared["mounts"]?.["/"]).toBe("rw");
    expect(known.services).toEqual([...first.services, "Memory"]);
  });

  test("may have items that are called as anything", () => {
    const odd = { ...later, compared: { mounts: { constructor: "rw", toString: "ro" } } };
    expect(learn(first, odd, isAbout).compared["mounts"]).toEqual({
      ...{ "/": "rw", constructor: "rw", toString: "ro" },
    });
  });
});

describe("however many new items a host has at each poll", () => {
  const mounts = (prefix: string, count: number, text = "rw"): Sighting => ({
    ...first,
    compared: {
      mounts: Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, text])),
    },
  });
  const learned = (known: Known | undefined, now: Sighting): Known => learn(known, now, isAbout);
  const itemsOf = ({ compared }: Known): readonly string[] => Object.keys(compared["mounts"] ?? {});

  test("as many are remembered as a section may have, those that are there before others", () => {
    const known = learned(learned(undefined, mounts("a", 4000)), mounts("b", 3000));
    expect(itemsOf(known)).toHaveLength(5000);
    expect(itemsOf(known).filter((item) => item.startsWith("b"))).toHaveLength(3000);
    const [oldest] = itemsOf(known);
    expect(oldest).toBe("a2000");
    expect(itemsOf(learned(known, mounts("c", 5000))).every((item) => item.startsWith("c"))).toBe(
      true,
    );
  });

  test("their texts take a bounded room", () => {
    const large = mounts("a", 3000, "x".repeat(1000));
    const known = learned(undefined, large);
    const characters = JSON.stringify(known.compared).length;
    expect(characters).toBeGreaterThan(1_000_000);
    expect(characters).toBeLessThan(1_100_000);
    expect(learned(known, large)).toBe(known);
  });

  test("what was known stays known", () => {
    const known = learned(learned(undefined, mounts("a", 1, "ro")), {
      ...first,
      compared: { mounts: { ...mounts("b", 4999).compared["mounts"], a0: "rw" } },
    });
    expect(known.compared["mounts"]?.["a0"]).toBe("ro");
  });
});

test("sections that are missing, services that are new and those that have gone are told", () => {
  expect(compare(first, later)).toEqual({
    missingSections: ["df"],
    newServices: ["Mount options of /srv", "Memory"],
    vanishedServices: ["Filesystem /"],
  });
  expect(compare(first, first)).toEqual({
    ...{ missingSections: [], newServices: [], vanishedServices: [] },
  });
});

test("many services are compared in a moment", () => {
  const many = (from: number): Sighting => ({
    ...first,
    services: Array.from({ length: 10_000 }, (_, i) => `Service ${from + i}`),
  });
  const began = performance.now();
  const { newServices } = compare(many(0), many(5000));
  expect(newServices).toHaveLength(5000);
  expect(performance.now() - began).toBeLessThan(1000);
});
