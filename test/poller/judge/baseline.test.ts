import { describe, expect, test } from "vitest";
import { compare, type IsAbout, learn, type Sighting } from "../../../poller/judge/baseline.ts";

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
    expect(learn(undefined, first, isAbout)).toBe(first);
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
