import { expect, test } from "vitest";
import { labels } from "../../../agent/sections/labels.ts";
import { collect, madeUp, web1 } from "./host.ts";

const VIRTUAL = { "/proc/cpuinfo": "processor\t: 0\nflags\t\t: fpu vme hypervisor lahf_lm\n" };

const typeOf = async (files: Record<string, string>): Promise<string | undefined> =>
  (await collect(labels({}), madeUp(files).host))?.replace("<<<labels:sep(0)>>>\n", "");

test("bare metal has no label, but the section", async () => {
  expect(await collect(labels({}), web1())).toBe("<<<labels:sep(0)>>>\n");
});

test("a processor under a hypervisor makes a virtual machine", async () => {
  expect(await typeOf(VIRTUAL)).toBe(`{"cmk/device_type":"vm"}\n`);
});

test.each([
  ["Docker's file", { "/.dockerenv": "" }],
  ["LXC's environment", { "/proc/1/environ": "TERM=linux\0container=lxc\0" }],
  ["lxcfs", { "/proc/mounts": "lxcfs /proc/cpuinfo fuse.lxcfs rw,nosuid 0 0\n" }],
])("%s makes a container, on a virtual machine too", async (_, trace) => {
  expect(await typeOf({ ...VIRTUAL, ...trace })).toBe(`{"cmk/device_type":"container"}\n`);
});

test("a file that merely mentions a hypervisor makes nothing", async () => {
  expect(await typeOf({ "/proc/cpuinfo": "model name\t: hypervisor\n" })).toBe("");
});

test("a container may be told, and told to be none", async () => {
  const bare = madeUp({});
  expect(await collect(labels({ container: "yes" }), bare.host)).toContain(`"container"`);
  const docker = madeUp({ "/.dockerenv": "" });
  expect(await collect(labels({ container: "no" }), docker.host)).not.toContain("container");
});
