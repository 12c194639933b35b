import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Need, program, testWith } from "../../peers.ts";
import { eventually, temporaryFolder } from "../../programs.ts";
import { startAgent, startMonitoring } from "./monitoring.ts";
import { DEPLOY } from "./rule_files.ts";

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; h: number };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { uid: string } }[];
}

interface Dashboard {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { name: string; type: string }[] };
  readonly panels: readonly Panel[];
}

const names = ["fleet.json", "host.json"];
const dashboard = (name: string): Dashboard =>
  JSON.parse(readFileSync(join(DEPLOY, name), "utf8")) as Dashboard;
const dashboards = names.map((name) => ({ name, ...dashboard(name) }));

describe.each(dashboards)("$name", ({ schemaVersion, templating, panels }) => {
  test("is of Grafana 10, and every panel asks the data source that was chosen", () => {
    expect(schemaVersion).toBe(38);
    expect(templating.list.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "datasource datasource",
      "instance query",
    ]);
    for (const { type, title, datasource, targets = [] } of panels) {
      if (type === "row") continue;
      expect(datasource?.uid, title).toBe("${datasource}");
      expect(targets.length, title).toBeGreaterThan(0);
      for (const target of targets) expect(target.datasource.uid, title).toBe("${datasource}");
    }
  });

  test("has panels that do not lie upon each other", () => {
    const taken = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    );
    expect(new Set(taken).size).toBe(taken.length);
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});

test("the fleet's links lead to the host's dashboard", () => {
  const text = readFileSync(join(DEPLOY, "fleet.json"), "utf8");
  expect(text).toContain(`/d/${dashboard("host.json").uid}?var-instance=`);
});

/** What is empty while all is well, by panel, and why; a host that fails fills it. */
const EMPTY_WHEN_WELL: Readonly<Record<string, string>> = {
  "What is not OK": "every service is OK",
  "Hosts with the most that is not OK": "every service is OK",
  "Hosts that are down": "every host is up",
  "What was not OK": "every service was OK",
  "Poll: errors": "every poll went well",
};

/** What a Windows host might say. */
const WINDOWS = `<<<check_mk>>>
Version: 2.3.0
AgentOS: windows
<<<uptime>>>
86400
<<<mem>>>
MemTotal:     4193332 kB
MemFree:      2097152 kB
SwapTotal:    1048576 kB
SwapFree:     1048576 kB
PageTotal:    5241908 kB
PageFree:     3145728 kB
VirtualTotal: 2147483520 kB
VirtualFree:  2147400000 kB
<<<df:sep(9)>>>
System\tNTFS\t104857600\t52428800\t52428800\t50%\tC:\\
<<<winperf_processor>>>
1700000001.25 238 10000000
2 instances: 0 _Total
-232 8000000000000 8000000000000 100nsec_timer_inv
-96 1000000000000 1000000000000 100nsec_timer
-94 500000000000 500000000000 100nsec_timer
1508 7900000000000 7900000000000 100nsec_timer
<<<winperf_if>>>
1700000001.50 510 10000000
1 instances: Example_Ethernet_Adapter
-122 995777837 bulk_count
-246 199377883 bulk_count
-4 796399953 bulk_count
16 112 bulk_count
18 3 large_rawcount
20 0 large_rawcount
30 2 large_rawcount
32 1 large_rawcount
<<<winperf_phydisk>>>
1700000001.75 234 10000000
2 instances: 0_C: _Total
-14 40694580736 40694580736 bulk_count
-12 75141878272 75141878272 bulk_count
1248 12457746239682 12457746239682 type(20570500)
`;

/** Says the same to whoever connects; gives its port. */
function serve(report: string): Promise<number> {
  return new Promise((done) => {
    const server = createServer((socket) => socket.end(report));
    server.listen(0, "127.0.0.1", () => done((server.address() as AddressInfo).port));
    onTestFinished(() => void server.close());
  });
}

interface Query {
  readonly panel: string;
  readonly expression: string;
}

/** What Grafana would ask for a host that is looked at within the last minutes. */
const queries: readonly Query[] = dashboards.flatMap(({ panels }) =>
  panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      panel: title,
      expression: expr
        .replaceAll("$instance", "here")
        .replaceAll("$__rate_interval", "10s")
        .replaceAll("$__range", "5m"),
    })),
  ),
);

const network: Need = {
  what: "there is no network but the loopback",
  there: Object.values(networkInterfaces()).some((all = []) => all.some((one) => !one.internal)),
};

const disk: Need = {
  what: "there is no disk",
  there:
    existsSync("/proc/diskstats") &&
    / (sd|vd|xvd|nvme)/.test(readFileSync("/proc/diskstats", "utf8")),
};

testWith(
  program("prometheus"),
  network,
  disk,
)(
  "every query of the dashboards finds what a real host says, or says of one that fails",
  async () => {
    expect(queries.length).toBeGreaterThan(30);
    expect(queries.filter(({ expression }) => expression.includes("$"))).toEqual([]);
    const folder = temporaryFolder();
    const plugins = join(folder, "plugins");
    mkdirSync(join(plugins, "300"), { recursive: true });
    const plugin = join(plugins, "300", "cached");
    writeFileSync(plugin, "#!/bin/sh\necho '<<<cached>>>'\necho 1 2 3\n");
    chmodSync(plugin, 0o755);
    const agent = await startAgent(["--plugins", plugins, "--local", folder]);
    const monitoring = await startMonitoring(
      folder,
      `  - { name: here, address: 127.0.0.1, port: ${agent.port} }
  - { name: windows, address: 127.0.0.1, port: ${await serve(WINDOWS)} }
`,
    );
    const isFilled = async ({ expression }: Query): Promise<boolean> => {
      const samples = await monitoring.query(expression);
      return samples.some(({ value }) => !Number.isNaN(value));
    };
    /** Waits until none is left that finds nothing. */
    const filled = async (some: readonly Query[]): Promise<void> => {
      let left = some;
      await eventually(async () => {
        const found = await Promise.all(left.map(isFilled));
        left = left.filter((_, i) => found[i] !== true);
        return left.length === 0 || undefined;
      }).catch(() => expect(left).toEqual([]));
    };

    const well = queries.filter(({ panel }) => EMPTY_WHEN_WELL[panel] === undefined);
    const ill = queries.filter(({ panel }) => EMPTY_WHEN_WELL[panel] !== undefined);
    expect(new Set(ill.map(({ panel }) => panel))).toEqual(new Set(Object.keys(EMPTY_WHEN_WELL)));
    await filled(well);
    const down = ill.filter(({ panel }) => /down|errors/.test(panel));
    expect(down.length).toBe(2);
    for (const one of down) expect(await isFilled(one), one.panel).toBe(false);

    const ofWindows = queries
      .filter(({ expression }) => expression.includes("windows_"))
      .map(({ panel, expression }) => ({
        panel,
        expression: expression.replaceAll('"here"', '"windows"'),
      }));
    expect(ofWindows.length).toBeGreaterThan(10);
    await filled(ofWindows);

    await agent.stop();
    await filled(ill);
  },
);
