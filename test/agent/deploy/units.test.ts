import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bin } from "../../dist.ts";
import { program, root, testWith, top } from "../../peers.ts";
import { runProgram, temporaryFolder } from "../../programs.ts";

const DEPLOY = join(top, "agent", "deploy");
const UNITS = readdirSync(DEPLOY).filter((name) => /\.(service|socket)$/.test(name));
const SERVICES = UNITS.filter((name) => name.endsWith(".service"));
const EXPORTER = "/usr/lib/systemd/system/prometheus-node-exporter.service";

const read = (name: string): string => readFileSync(join(DEPLOY, name), "utf8");

/** What a unit says of a setting, all its lines together. */
const setting = (unit: string, name: string): string[] =>
  [...read(unit).matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].flatMap(([, value = ""]) =>
    value.split(" "),
  );

/** The units as they would be installed; the agent is the one that was built. */
function installed(): string {
  const folder = temporaryFolder();
  cpSync(DEPLOY, folder, { recursive: true });
  for (const name of SERVICES)
    writeFileSync(
      join(folder, name),
      read(name).replace("/usr/bin/roundsman-agent", bin("roundsman-agent")),
    );
  return folder;
}

/** Exposure as systemd-analyze reckons it, from 0 to 10. */
async function exposure(path: string): Promise<number> {
  const command = ["security", "--offline=yes", "--no-pager", path];
  const { stdout } = await runProgram("systemd-analyze", command);
  return Number(/Overall exposure level for \S+ ([\d.]+)/.exec(stdout)?.[1]);
}

const told = (unit: string): number =>
  Number(new RegExp(`^\\| \`${unit}\`.*\\| ([\\d.]+) +\\|$`, "m").exec(read("README.md"))?.[1]);

describe.each(UNITS)("%s", (unit) => {
  testWith(program("systemd-analyze"))("is a unit without a fault", async () => {
    const folder = installed();
    const command = ["verify", "--man=no", join(folder, unit)];
    const { stdout, stderr } = await runProgram("systemd-analyze", command);
    expect(stdout + stderr).toBe("");
  });
});

testWith(program("systemd-analyze"))("the controller's socket takes our drop-in", async () => {
  const folder = installed();
  const socket = join(folder, "check-mk-agent.socket");
  writeFileSync(socket, "[Socket]\nListenStream=/run/check-mk-agent.socket\nAccept=yes\n");
  const { stdout, stderr } = await runProgram("systemd-analyze", ["verify", "--man=no", socket]);
  expect(stdout + stderr).toBe("");
});

describe.each(SERVICES)("%s", (unit) => {
  test("changes nothing of what the agent and its plugins see", () => {
    const hiding = new RegExp(
      "^(Protect|Private|Root|Bind|Inaccessible|ReadOnly|TemporaryFileSystem|Device|Exec|NoExec|" +
        "DynamicUser|NoNewPrivileges|IPAddress|RestrictNamespaces|MemoryDeny|MountAPI|ProcSubset|" +
        "SystemCallArchitectures|NetworkNamespace|SecureBits|User|Group)",
    );
    const settings = [...read(unit).matchAll(/^(\w+)=/gm)].map(([, name = ""]) => name);
    expect(settings.length).toBeGreaterThan(15);
    expect(settings.filter((name) => hiding.test(name) && name !== "ExecStart")).toEqual([]);
  });

  testWith(program("systemd-analyze"))("is as exposed as the README says", async () => {
    expect(await exposure(join(installed(), unit))).toBeLessThanOrEqual(told(unit));
  });
});

test("both services are bounded alike", () => {
  const bounds = (unit: string): string[] =>
    read(unit)
      .split("\n")
      .filter((line) => /^(Cap|Restrict|System|Lock|Tasks|Memory|UMask)/.test(line));
  const [one = "", other = ""] = SERVICES;
  expect(bounds(one).length).toBeGreaterThan(10);
  expect(bounds(other)).toEqual(bounds(one));
});

testWith(program("systemd-analyze"), {
  what: `${EXPORTER} is not there`,
  there: existsSync(EXPORTER),
})("Debian's exporter is as exposed as the README says, and more than ours", async () => {
  const theirs = await exposure(EXPORTER);
  expect(theirs).toBe(told("prometheus-node-exporter.service"));
  expect(told("roundsman-agent.service")).toBeLessThan(theirs);
});

/** One report, by way of a command that runs what follows it. */
async function printed(...by: string[]): Promise<string> {
  const [command, ...args] = [...by, bin("roundsman-agent"), "print"];
  const { stdout } = await runProgram(command, args, { maxBuffer: 1 << 26, encoding: "latin1" });
  return stdout;
}

const section = (report: string, name: string): string[] => {
  const parts = report.split(/^(?=<<<)/m).filter((part) => part.startsWith(`<<<${name}`));
  return parts.flatMap((part) => part.split("\n"));
};

testWith(root, program("setpriv"))(
  "with the capabilities that are left the agent sees what it saw",
  async () => {
    const left = setting("roundsman-agent.service", "CapabilityBoundingSet").map(
      (name) => `+${name.replace("CAP_", "").toLowerCase()}`,
    );
    expect(left.length).toBeGreaterThan(15);
    const headers = (report: string): string[] => report.match(/^<<<.*>>>$/gm) ?? [];
    const errors = (report: string): string[] => report.match(/^\{"section.*"error".*$/gm) ?? [];
    const bounded = await printed("setpriv", "--bounding-set", `-all,${left.join(",")}`);
    const free = await printed("env");
    expect(headers(bounded)).toEqual(headers(free));
    expect(errors(bounded).length).toBe(errors(free).length);
  },
);

describe.each([
  ["a mount namespace", ["--mount", "--propagation", "slave"]],
  ["a network namespace", ["--net"]],
])("in %s", (_, flags) => {
  testWith(root, program("unshare"))("file systems and processes are the host's", async () => {
    const before = await printed("env");
    const within = await printed("unshare", ...flags);
    const after = await printed("env");
    // What stood still meanwhile must be the same within; kernel threads change their names.
    const sizes = / +\d+ +\d+ +\d+ +(\d+%|-) /;
    const lines: Record<string, (report: string) => string[]> = {
      mounts: (report) => section(report, "mounts"),
      df_v2: (report) => section(report, "df_v2").map((line) => line.replace(sizes, " … ")),
      ps_lnx: (report) =>
        section(report, "ps_lnx")
          .filter((line) => !line.endsWith("]"))
          .map((line) => line.replace(FLEETING, "$1 … $2 ")),
    };
    for (const [name, of] of Object.entries(lines)) {
      const lasting = of(before).filter((line) => of(after).includes(line));
      expect(lasting.length, name).toBeGreaterThan(1);
      expect(
        lasting.filter((line) => !of(within).includes(line)),
        name,
      ).toEqual([]);
    }
  });
});

/** Size, memory and times of a process: all between its user and its pid. */
const FLEETING = /^(\S+ \S+) \d+ \d+ \S+ \S+ (\d+) /;
