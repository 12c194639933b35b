import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { program, testWith, top } from "../../peers.ts";
import { runProgram, temporaryFolder } from "../../programs.ts";
import { DEPLOY, ruleGroups } from "./rule_files.ts";

const HERE = join(top, "test", "poller", "deploy");

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test?: readonly { alertname: string; exp_alerts: readonly unknown[] }[];
    readonly promql_expr_test?: readonly { expr: string }[];
  }[];
}

const groups = ruleGroups("alerts.yml");
const alerts = groups.flatMap(({ rules }) => rules);
const testsOf = (name: string): RuleTests =>
  parse(readFileSync(join(HERE, name), "utf8")) as RuleTests;

/** The rules and their tests in one folder, as promtool wants them. */
function together(): string {
  const folder = temporaryFolder();
  for (const from of [DEPLOY, HERE])
    cpSync(from, folder, {
      recursive: true,
      filter: (path) => path === from || path.endsWith(".yml"),
    });
  return folder;
}

const promtool = testWith(program("promtool"));

promtool("promtool finds no fault in alerts and rules", async () => {
  const { stdout } = await runProgram("promtool", [
    "check",
    "rules",
    join(DEPLOY, "alerts.yml"),
    join(DEPLOY, "rules.yml"),
  ]);
  expect(stdout.match(/SUCCESS/g)).toHaveLength(2);
});

promtool("rules give what their tests say", async () => {
  await runProgram("promtool", ["test", "rules", join(together(), "rules.test.yml")]);
});

promtool("each alert fires when its tests say, and not before", async () => {
  const folder = together();
  const short = groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({
      ...rule,
      annotations: { summary: rule.annotations?.["summary"] },
    })),
  }));
  writeFileSync(join(folder, "alerts.yml"), JSON.stringify({ groups: short }));
  await runProgram("promtool", ["test", "rules", join(folder, "alerts.test.yml")]);
});

promtool("descriptions and runbooks are filled in", async () => {
  // The tests know the summaries alone, so promtool shows the others as what it did not expect.
  const failed = await runProgram("promtool", [
    "test",
    "rules",
    join(together(), "alerts.test.yml"),
  ]).then(
    () => "",
    (error: unknown) => {
      const { stderr, stdout } = error as { readonly stderr: string; readonly stdout: string };
      return stderr + stdout;
    },
  );
  const shown = failed.match(/Annotations:\{description=.*runbook=.*\}/g) ?? [];
  expect(new Set(shown).size).toBeGreaterThanOrEqual(alerts.length);
  expect(shown.filter((one) => /error expanding|<no value>|\{\{/.test(one))).toEqual([]);
  expect(shown.join("\n")).toContain('Most polls failed for the reason \\"refused\\"');
  expect(shown.join("\n")).toContain("The last report of web1 came 5m 0s ago.");
  expect(shown.join("\n")).toContain("No report came from never since the poller was started.");
  expect(shown.join("\n")).toContain("meant to be renewed every 5m 0s");
});

test("each alert has a test in which it fires, and one in which it does not", () => {
  const { tests } = testsOf("alerts.test.yml");
  const all = tests.flatMap(({ alert_rule_test = [] }) => alert_rule_test);
  const named = (some: typeof all): string[] =>
    [...new Set(some.map(({ alertname }) => alertname))].sort();
  const names = alerts.map(({ alert = "" }) => alert).sort();
  expect(names.length).toBeGreaterThan(15);
  expect(named(all.filter(({ exp_alerts }) => exp_alerts.length > 0))).toEqual(names);
  expect(named(all.filter(({ exp_alerts }) => exp_alerts.length === 0))).toEqual(names);
});

test("each rule has a test", () => {
  const rules = ruleGroups("rules.yml").flatMap((group) => group.rules);
  const records = rules.map(({ record = "" }) => record);
  const { tests } = testsOf("rules.test.yml");
  const tested = tests.flatMap(({ promql_expr_test = [] }) => promql_expr_test);
  expect(records.length).toBeGreaterThan(5);
  expect(
    records.filter((name) => !tested.some(({ expr }) => expr.split(" ").includes(name))),
  ).toEqual([]);
});

test("each alert says what is wrong, what it means and what to do, and how urgent it is", () => {
  for (const { alert, annotations = {}, labels = {} } of alerts) {
    expect(Object.keys(annotations), alert).toEqual(["summary", "description", "runbook"]);
    expect(Object.keys(labels), alert).toEqual(["severity"]);
    expect(["critical", "warning"], alert).toContain(labels["severity"]);
  }
});

test("the README lists each alert with its severity", () => {
  const readme = readFileSync(join(DEPLOY, "README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| `(Roundsman\w+)` +\| (\w+) +\|/gm)];
  expect(rows.map(([, alert, severity]) => ({ alert, severity }))).toEqual(
    alerts.map(({ alert, labels }) => ({ alert, severity: labels?.["severity"] })),
  );
});

test("no runbook puts into a command what a host may choose", () => {
  for (const { alert, annotations = {} } of alerts) {
    const commands = (annotations["runbook"] ?? "").match(/`[^`]*`/g) ?? [];
    for (const command of commands) expect(command, alert).not.toMatch(/\$labels\.(service|site)/);
  }
});
