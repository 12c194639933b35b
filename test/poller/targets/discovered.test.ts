import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { defaultConfig } from "../../../poller/config.ts";
import { discovered, ListError } from "../../../poller/targets/discovered.ts";

const { poll } = defaultConfig();
const read = (list: unknown) => discovered(list, poll);

test("a target is a host, named by its address and port unless __name says otherwise", () => {
  const hosts = read([
    { targets: ["10.0.0.1", "10.0.0.2:7000", "[::1]:6556"], labels: { env: "prod" } },
    { targets: ["10.0.0.3:6556"], labels: { __name: "db1", __tags: "db, slow", __meta_x: "y" } },
  ]);
  expect(hosts.map(({ name, address, port }) => [name, address, port])).toEqual([
    ["10.0.0.1:6556", "10.0.0.1", 6556],
    ["10.0.0.2:7000", "10.0.0.2", 7000],
    ["[::1]:6556", "::1", 6556],
    ["db1", "10.0.0.3", 6556],
  ]);
  expect(hosts[0]).toMatchObject({ labels: { env: "prod" }, tags: [], intervalSeconds: 60 });
  expect(hosts[3]).toMatchObject({ labels: {}, tags: ["db", "slow"] });
});

test("a list may be empty, and labels are not needed", () => {
  expect(read([])).toEqual([]);
  expect(read([{ targets: [] }])).toEqual([]);
});

describe("is refused, with its place,", () => {
  test.each([
    [{}, "must be a list of { targets, labels }"],
    [[1], "[0]: must be a mapping"],
    [[{ targets: "a" }], "[0].targets: must be a list"],
    [[{ targets: [] }, { targets: [""] }], "[1].targets[0]: must be HOST or HOST:PORT"],
    [[{ targets: ["a b:1"] }], "[0].targets[0]: must be HOST or HOST:PORT"],
    [
      [{ targets: ["a"], labels: { x: 1 } }],
      "[0].labels.x: must be text of 1024 characters at most",
    ],
    [[{ targets: ["a"], labels: { "x-y": "1" } }], '[0].labels: "x-y" is not a label name'],
    [
      [{ targets: ["a"], labels: { __name: "" } }],
      "[0].labels.__name: must be 1 to 255 characters that print",
    ],
    [
      [{ targets: ["a", "b"], labels: { __name: "x" } }],
      "[0].labels.__name: is one name for several targets",
    ],
    [[{ targets: ["a"], lables: {} }], '[0]: unknown key "lables"'],
  ])("%j", (list, message) => {
    expect(() => read(list)).toThrow(new ListError(message));
  });

  test("whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (list) => {
        try {
          read(list);
        } catch (error) {
          expect(error).toBeInstanceOf(ListError);
        }
      }),
    );
  });
});
