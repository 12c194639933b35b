import { expect, test } from "vitest";
import { readMounts } from "../../../agent/readings/mountinfo.ts";

const mount = (id: number, parent: number, place: string): string =>
  `${id} ${parent} 0:${id} / ${place} rw,noatime shared:1 master:2 - tmpfs t${id} rw,size=1k\n`;
const places = (mountinfo: string): readonly string[] =>
  readMounts(mountinfo).map(({ source, mountpoint }) => `${source} ${mountpoint}`);

test("a line has its fields, optional ones or not, with escapes undone", () => {
  expect(
    readMounts("36 35 98:0 /a\\040b /mnt/c\\134d\\012 rw,noatime - ext3 /dev/r\\043 rw,errors=x\n"),
  ).toEqual([
    {
      id: "36",
      parent: "35",
      device: "98:0",
      root: "/a b",
      mountpoint: "/mnt/c\\d\n",
      type: "ext3",
      source: "/dev/r#",
      options: "rw,errors=x",
    },
  ]);
  expect(places(mount(2, 1, "/"))).toEqual(["t2 /"]);
});

test("of mounts at one place the uppermost is seen", () => {
  expect(places(mount(2, 1, "/") + mount(3, 2, "/x") + mount(4, 3, "/x"))).toEqual([
    "t2 /",
    "t4 /x",
  ]);
});

test("what lies below a folder that was mounted over is not seen", () => {
  const below = mount(2, 1, "/") + mount(3, 2, "/x/y") + mount(4, 3, "/x/y/z");
  expect(places(below)).toEqual(["t2 /", "t3 /x/y", "t4 /x/y/z"]);
  expect(places(below + mount(5, 2, "/x"))).toEqual(["t2 /", "t5 /x"]);
  expect(places(below + mount(5, 2, "/xx"))).toHaveLength(4);
});

test("a root that was mounted over hides what was mounted in it", () => {
  const text = mount(2, 1, "/") + mount(3, 2, "/old") + mount(4, 2, "/") + mount(5, 4, "/new");
  expect(places(text)).toEqual(["t4 /", "t5 /new"]);
});

test("the first root is its own parent", () => {
  expect(places(mount(1, 1, "/") + mount(2, 1, "/x"))).toEqual(["t1 /", "t2 /x"]);
});

test("lines that are none are passed over", () => {
  expect(readMounts("\n1 2\n1 2 3 4 5 6\n1 2 3 4 5 - \nx\0y - z\n")).toEqual([]);
});
