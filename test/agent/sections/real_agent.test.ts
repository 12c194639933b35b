import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { System } from "../../../agent/section.ts";
import { sections } from "../../../agent/sections/index.ts";
import { program, shared, testWith } from "../../peers.ts";
import { collect, thisMachine, web1 } from "./host.ts";
import { expectShapes, parse, type Shapes, type Told } from "./shapes.ts";

const DUMPS = ["host", "full"].map((kind) => `linux-2.4.0p21-debian12-${kind}.txt`);
/** Of hosts that have more than the machine these tests run on. */
const OTHER_DUMPS = ["nethserver7-a", "proxmox-pve"].map((kind) => `linux-2.4.0p21-${kind}.txt`);

/** What a line of a section may look like; each line of ours and of the real agent is one of these. */
const SHAPES: Shapes = {
  "<<<check_mk>>>": [/^[A-Za-z]+: ?.*$/],
  "<<<checkmk_agent_plugins_lnx:sep(0)>>>": [
    /^(pluginsdir|localdir) \/\S*$/,
    /^\/\S+:(CMK_VERSION|__version__) ?= ?".*"$/,
  ],
  "<<<labels:sep(0)>>>": [/^\{"cmk\/device_type":"(vm|container)"\}$/],
  "<<<df_v2>>>": [
    /^\S+ +\S+ +\d+ +\d+ +\d+ +(\d+%|-) \/.*$/,
    /^\[df_(inodes|lsblk)_(start|end)\]$/,
    /^NAME +UUID$/,
    /^\/dev\/\S+ +[0-9a-zA-Z-]*$/,
  ],
  "<<<nfsmounts_v2:sep(0)>>>": [
    /^\{"mountpoint": ?".*", ?"source": ?".*", ?"state": ?"(ok|hanging)", ?"usage": ?\{("\w+": ?\d+(, ?)?){4}\}\}$/,
  ],
  "<<<cifsmounts>>>": [/^\/.* (ok|hanging)( \d+){4}$/, /^\/.* Permission denied$/],
  "<<<mounts>>>": [/^\/dev\S* \/\S* \S+ \S+ 0 0$/],
  "<<<ps_lnx>>>": [
    /^\[time\]$/,
    /^\d{10}$/,
    /^\[processes\]$/,
    /^\[header\] CGROUP USER VSZ RSS TIME ELAPSED PID COMMAND$/,
    /^\S+( \(deleted\))? \S+ \d+ \d+ (\d+-)?\d\d:\d\d:\d\d ((\d+-)?\d\d:)?\d\d:\d\d \d+ \S.*$/,
  ],
  "<<<mem>>>": [/^\w+(\(\w+\))?: +\d+( kB)?$/],
  "<<<cpu>>>": [/^\d+\.\d\d \d+\.\d\d \d+\.\d\d \d+\/\d+ \d+ \d+$/, /^\d+$/],
  "<<<uptime>>>": [/^\d+\.\d\d \d+\.\d\d$/],
  "<<<lnx_if>>>": [
    /^\[(start|end)_iplink\]$/,
    /^\d+: \S+: <[A-Z,_0-9-]*> mtu \d+ .*$/,
    /^ {4}link\/\S+.*$/,
    /^ {4}inet6? \S+ .*$/,
    /^ {7}valid_lft .*$/,
  ],
  "<<<lnx_if:sep(58)>>>": [
    /^ *[^\s:]+:( *\d+){16}$/,
    /^\[\S+\]$/,
    /^\t(Speed: (\d+Mb\/s|Unknown!)|Duplex: (Full|Half|Unknown! \(255\)))$/,
    /^\t(Link detected: (yes|no)|Auto-negotiation: (on|off))$/,
    /^Address: [0-9a-f.:]+$/,
  ],
  "<<<tcp_conn_stats>>>": [/^0[0-9A-F] \d+$/],
  "<<<diskstat>>>": [
    /^\d{10}$/,
    /^ +\d+ +\d+ \S+( \d+){11,17}$/,
    /^\[(dmsetup_info|device_wwn)\]$/,
    /^\S+ \d+:\d+( \S+ \S+)?$/,
    /^wwn-\S+ \/dev\/\S+$/,
  ],
  "<<<kernel>>>": [/^\d{10}$/, /^[a-z]\w* +\d+( \d+)*$/],
  "<<<md>>>": [/^Personalities :/, /^unused devices: /, /^md\d+ : /, /^ {6}\S/],
  "<<<vbox_guest>>>": [/^Name: .*, value: .*$/],
  "<<<systemd_units>>>": [/^/],
};

/** The same of sections that few hosts have. */
const RARE_SHAPES: Shapes = {
  "<<<nfsmounts_v2:sep(0)>>>": SHAPES["<<<nfsmounts_v2:sep(0)>>>"] ?? [],
  "<<<cifsmounts>>>": SHAPES["<<<cifsmounts>>>"] ?? [],
  "<<<md>>>": SHAPES["<<<md>>>"] ?? [],
  "<<<lnx_thermal:sep(124)>>>": [
    /^thermal_zone\d+\|(enabled|disabled|-)\|\S+\|-?\d+(\|-?\d+\|\w+)*$/,
  ],
  "<<<chrony>>>": [/^Reference ID {4}: [0-9A-F]{8} \(.*\)$/, /^[A-Z][A-Za-z ()]{15}: \S.*$/],
};

async function ours(host: System = thisMachine()): Promise<readonly Told[]> {
  const facts = { version: "1", configDir: "/e", stateDir: "/s", pluginsDir: "/p", localDir: "/l" };
  const texts = [];
  for (const section of sections({ ...facts, onlyFrom: [] }))
    texts.push(await collect(section, host));
  return parse(texts.join(""));
}

/** Words before a colon, or first in their line. */
const keys = (told: readonly Told[], header: string): readonly string[] =>
  told
    .filter((one) => one.header === header)
    .flatMap(({ lines }) => lines.map((line) => line.split(/[: ]/, 1)[0] ?? ""));

describe.each(DUMPS)("beside %s", (dump) => {
  const real = (): readonly Told[] =>
    parse(readFileSync(join(shared.path, "corpus/dumps", dump), "utf8"));

  testWith(
    shared,
    program("ip"),
    program("lsblk"),
  )("the same headers come in the same order, with lines of the same shapes", async () => {
    const told = await ours();
    const theirs = real().filter(({ header }) => header in SHAPES);
    // systemd runs on few machines that build software.
    const headers = theirs.map(({ header }) => header).filter((name) => !name.includes("systemd"));
    const alike = told.filter(({ header }) => header in SHAPES);
    expect(alike.map(({ header }) => header).filter((name) => !name.includes("systemd"))).toEqual(
      headers,
    );
    expectShapes([...theirs, ...alike], SHAPES);
  });

  testWith(shared)("what the agent says of itself has the same keys, but for Python", async () => {
    const missing = new Set(keys(real(), "<<<check_mk>>>"));
    for (const key of keys(await ours(), "<<<check_mk>>>")) missing.delete(key);
    expect([...missing]).toEqual(["FailedPythonReason"]);
  });

  testWith(shared)("memory and processors have the keys that every kernel has", async () => {
    const told = await ours();
    for (const [header, common] of [
      ["<<<mem>>>", ["MemTotal", "MemFree", "Cached", "SwapTotal", "Committed_AS", "VmallocTotal"]],
      ["<<<kernel>>>", ["pgmajfault", "pswpin", "cpu", "cpu0", "ctxt", "processes", "btime"]],
    ] as const) {
      expect(keys(real(), header)).toEqual(expect.arrayContaining([...common]));
      expect(keys(told, header)).toEqual(expect.arrayContaining([...common]));
    }
  });
});

test("what this machine lacks is there on the host of the fixtures, in the same shapes", async () => {
  const told = (await ours(web1())).filter(({ header }) => header in RARE_SHAPES);
  expect(told.map(({ header }) => header)).toEqual(Object.keys(RARE_SHAPES));
  expectShapes(told, RARE_SHAPES);
});

describe.each(OTHER_DUMPS)("beside %s", (dump) => {
  testWith(shared)("they are those of the real agent", () => {
    const text = readFileSync(join(shared.path, "corpus/dumps", dump), "utf8");
    const theirs = parse(text.replace(/:cached\(\d+,\d+\)>>>$/gm, ">>>"));
    const told = theirs.filter(({ header }) => header in RARE_SHAPES);
    expect(told.length).toBeGreaterThan(3);
    expectShapes(told, RARE_SHAPES);
  });
});
