import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checks } from "../../../poller/checks/index.ts";
import { pollFamilies, reportFamilies } from "../../../poller/host_metrics.ts";
import { SelfMetrics } from "../../../poller/self.ts";
import { DEPLOY } from "./rule_files.ts";

/** Every family that a poller can expose, histograms with their suffixes. */
async function declared(): Promise<ReadonlySet<string>> {
  const self = new SelfMetrics({ version: "0", hosts: () => 0, skipped: () => 0 });
  const text = await self.text();
  const own = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = "", type]) =>
    type === "histogram" ? ["bucket", "sum", "count"].map((suffix) => `${name}_${suffix}`) : [name],
  );
  const hosts = [...pollFamilies.list, ...reportFamilies(checks).list];
  return new Set([...own, ...hosts.map(({ name }) => name)]);
}

/** Names of metrics in a text; those of recorded series have a colon. */
const named = (text: string): string[] => [
  ...new Set(
    text.match(/(?<![\w:/-])(roundsman|node|windows|process|nodejs)_\w+\b(?![:.])/g) ?? [],
  ),
];

test.each(["alerts.yml", "rules.yml", "fleet.json", "host.json"])(
  "%s names no metric that the poller does not have",
  async (file) => {
    const names = named(readFileSync(join(DEPLOY, file), "utf8"));
    const known = await declared();
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  },
);
