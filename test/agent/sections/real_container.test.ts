import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import type { System } from "../../../agent/section.ts";
import type { Facts } from "../../../agent/sections/check_mk.ts";
import { sections } from "../../../agent/sections/index.ts";
import { program, shared, testWith } from "../../peers.ts";
import { collect, madeUp, thisMachine } from "./host.ts";
import { expectShapes, parse, type Shapes, type Told } from "./shapes.ts";

const MEM_TOTAL = /^MemTotal: +\d+ kB$/;
const DISK_NAME = /^\S+ \d+:\d+$/;

/** What a line of a section may look like; each line of ours and of the real agent is one of these. */
const SHAPES: Shapes = {
  "<<<docker_container_mem>>>": [/^\w+ \d+$/, MEM_TOTAL],
  "<<<docker_container_cpu>>>": [/^cpu ( \d+){10}$/, /^(num_cpus|user|system) \d+$/],
  "<<<docker_container_diskstat>>>": [
    /^\[(time|io_service_bytes|io_serviced|names)\]$/,
    /^\d{10}$/,
    /^(\d+:\d+ [A-Z][a-z]+|Total) \d+$/,
    DISK_NAME,
  ],
  "<<<docker_container_mem_cgroupv2>>>": [/^[\w.]+ \d+$/, /^memory\.max (\d+|max)$/, MEM_TOTAL],
  "<<<docker_container_cpu_cgroupv2>>>": [/^uptime \d+\.\d\d \d+\.\d\d$/, /^[\w.]+ \d+$/],
  "<<<docker_container_diskstat_cgroupv2>>>": [
    /^\[(time|io\.stat|names)\]$/,
    /^\d{10}$/,
    /^\d+:\d+( [rwd](bytes|ios)=\d+){6}$/,
    DISK_NAME,
  ],
};
const CONTAINER = "linux-2.4.0p21-debian12-container.txt";
const WITH_VERSION_2 = [
  "linux-2.2.0p11-docker-updatetest.txt",
  "linux-2023.07.10-docker-debpkg.txt",
];

const dump = (name: string): readonly Told[] =>
  parse(readFileSync(join(shared.path, "corpus/dumps", name), "utf8"));

async function ours(host: System, facts: Partial<Facts>): Promise<readonly Told[]> {
  const folders = { configDir: "/e", stateDir: "/s", pluginsDir: "/p", localDir: "/l" };
  const texts = [];
  for (const section of sections({ version: "1", onlyFrom: [], ...folders, ...facts }))
    texts.push(await collect(section, host));
  return parse(texts.join(""));
}

/** But for what depends on more than the kernel, what is ours alone, and the version of control groups. */
const headers = (told: readonly Told[]): readonly string[] =>
  told
    .map(({ header }) => header.replace("_cgroupv2", ""))
    .filter((header) => !/<(systemd_units|job|local|roundsman_\w+)\b/.test(header));

const ofContainers = (told: readonly Told[]): readonly Told[] =>
  told.filter(({ header }) => header in SHAPES);

testWith(shared, program("ip"))(
  "passing for the real agent in a container, ours has its headers in its order",
  async () => {
    const told = await ours(thisMachine(), { container: "yes", checkmkCompatible: "2.4.0p21" });
    expect(headers(told)).toEqual(headers(dump(CONTAINER)));
  },
);

testWith(shared)("else the container's sections are added to those of the host", async () => {
  const told = headers(await ours(thisMachine(), { container: "yes" }));
  const all = headers(dump(CONTAINER)).filter((header) => !header.includes("<lnx_if>"));
  expect(told).toEqual(expect.arrayContaining([...all, "<<<mem>>>", "<<<cpu>>>", "<<<kernel>>>"]));
});

testWith(shared)("their lines have the same shapes", async () => {
  const told = ofContainers(await ours(thisMachine(), { container: "yes" }));
  expect(told.length).toBe(3);
  expectShapes([...told, ...ofContainers(dump(CONTAINER))], SHAPES);
});

describe.each(WITH_VERSION_2)("with control groups version 2, beside %s", (name) => {
  testWith(shared)(
    "the headers come in the same order, with lines of the same shapes",
    async () => {
      const { host } = madeUp({
        "/.dockerenv": "",
        "/proc/meminfo": "MemTotal:        8000000 kB\n",
        "/proc/stat": "cpu  1 0 1 1 0 0 0 0 0 0\ncpu0 1 0 1 1 0 0 0 0 0 0\n",
        "/proc/uptime": "1000.50 1800.25\n",
        "/sys/block/sda/dev": "8:0\n",
        "/sys/fs/cgroup/cpu.stat": "usage_usec 70\nuser_usec 50\nsystem_usec 20\n",
        "/sys/fs/cgroup/io.stat": "8:0 rbytes=4096 wbytes=0 rios=1 wios=0 dbytes=0 dios=0\n",
        "/sys/fs/cgroup/memory.stat": "anon 8192\nfile 4096\n",
        "/sys/fs/cgroup/memory.current": "12288\n",
        "/sys/fs/cgroup/memory.max": "max\n",
      });
      const told = ofContainers(await ours(host, {}));
      const theirs = ofContainers(dump(name));
      expect(told.map(({ header }) => header)).toEqual(theirs.map(({ header }) => header));
      expectShapes([...told, ...theirs], SHAPES);
    },
  );
});
