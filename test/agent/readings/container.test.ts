import { describe, expect, test } from "vitest";
import {
  inside,
  kindOf,
  unlessLeftOut,
  type ContainerFacts,
} from "../../../agent/readings/container.ts";
import type { AgentSection } from "../../../agent/section.ts";
import { madeUp } from "../sections/host.ts";

const DOCKER = { "/.dockerenv": "" };
const LXC = { "/proc/1/environ": "container=lxc\0" };
const about = (name: string): AgentSection => ({ name, collect: () => "here\n" });

test.each<[string, Record<string, string>, ContainerFacts, string | undefined]>([
  ["bare metal is none", {}, {}, undefined],
  ["Docker's file is found", DOCKER, { container: "auto" }, "docker"],
  ["LXC's environment is found", LXC, {}, "lxc"],
  ["one that leaves no trace may be told", {}, { container: "yes" }, "docker"],
  ["one that is told keeps its kind", LXC, { container: "yes" }, "lxc"],
  ["one may be told not to be one", DOCKER, { container: "no" }, undefined],
])("%s", async (_, files, facts, kind) => {
  expect(await kindOf(madeUp(files).host, facts)).toBe(kind);
});

test("a section of containers is there in its own kind alone", async () => {
  const section = inside("lxc", {}, about("lxc_container_cpu"));
  expect(section.name).toBe("lxc_container_cpu");
  expect(await section.collect(madeUp(LXC).host)).toBe("here\n");
  expect(await section.collect(madeUp(DOCKER).host)).toBeUndefined();
  expect(await section.collect(madeUp({}).host)).toBeUndefined();
});

describe("what Checkmk's agent leaves out", () => {
  const compatible = { checkmkCompatible: "2.4.0p21" };
  const served = async (name: string, files: object, facts: ContainerFacts): Promise<boolean> => {
    const { host } = madeUp({ ...files });
    return (await unlessLeftOut(facts, about(name)).collect(host)) !== undefined;
  };

  test("is left out where that is to be passed for, and added to elsewhere", async () => {
    for (const name of ["df_v2", "mem", "cpu", "diskstat", "kernel"]) {
      expect(await served(name, DOCKER, compatible), name).toBe(false);
      expect(await served(name, DOCKER, {}), name).toBe(true);
      expect(await served(name, {}, compatible), name).toBe(true);
    }
  });

  test("is less in LXC, which has memory and disks of its own", async () => {
    expect(await served("kernel", LXC, compatible)).toBe(false);
    for (const name of ["df_v2", "mem", "diskstat", "uptime"])
      expect(await served(name, LXC, compatible), name).toBe(true);
  });
});
