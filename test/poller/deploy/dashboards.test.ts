import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
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

testWith(program("prometheus"), network)(
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
      `  - { name: here, address: 127.0.0.1, port: ${agent.port} }\n`,
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

    await agent.stop();
    await filled(ill);
  },
);
