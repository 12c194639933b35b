import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { program, testWith } from "../../peers.ts";
import { eventually, freePort, runProgram, startProgram, temporaryFolder } from "../../programs.ts";
import { startAgent, startMonitoring } from "./monitoring.ts";
import { DEPLOY, ruleGroups } from "./rule_files.ts";

interface Alert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly status: { readonly state: string };
}

/** The alerts as they are, but that nothing needs to last, and one missed poll is enough. */
function impatient(folder: string): string {
  const path = join(folder, "impatient.yml");
  const groups = ruleGroups("alerts.yml").map((group) => ({
    ...group,
    rules: group.rules.map((rule) => ({
      ...rule,
      expr: rule.expr.replace("3 * roundsman_poll_interval_seconds", "1"),
      ...(rule.for === undefined ? {} : { for: "1s" }),
    })),
  }));
  writeFileSync(path, JSON.stringify({ groups }));
  return path;
}

/** Alertmanager with our config; gives what it tells of alerts. */
async function startAlertmanager(folder: string) {
  const port = await freePort();
  await startProgram(
    "prometheus-alertmanager",
    [
      `--config.file=${join(DEPLOY, "alertmanager.yml")}`,
      `--storage.path=${join(folder, "alertmanager")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ],
    "Listening on",
  );
  const alerts = async (): Promise<Alert[]> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v2/alerts`);
    return (await answer.json()) as Alert[];
  };
  const shown = (alertname: string, labels: Alert["labels"]): Promise<Alert> =>
    eventually(async () =>
      (await alerts()).find((one) =>
        Object.entries({ alertname, ...labels }).every(([name, text]) => one.labels[name] === text),
      ),
    );
  return { port, alerts, shown };
}

testWith(program("amtool"))("amtool finds no fault in our part of a config", async () => {
  const { stdout } = await runProgram("amtool", ["check-config", join(DEPLOY, "alertmanager.yml")]);
  expect(stdout).toMatch(/SUCCESS[^]* 3 inhibit rules/);
});

testWith(program("prometheus"), program("prometheus-alertmanager"))(
  "a host that dies reaches a real Alertmanager, and mutes what its services had",
  async () => {
    const folder = temporaryFolder();
    const local = join(folder, "local");
    mkdirSync(local);
    writeFileSync(join(local, "tape"), "#!/bin/sh\necho '2 Tape - jammed'\n");
    chmodSync(join(local, "tape"), 0o755);
    const flags = ["--plugins", folder, "--local", local];
    const [dying, living] = await Promise.all([startAgent(flags), startAgent(flags)]);
    const alertmanager = await startAlertmanager(folder);
    await startMonitoring(
      folder,
      `  - { name: dying, address: 127.0.0.1, port: ${dying.port} }
  - { name: living, address: 127.0.0.1, port: ${living.port} }
`,
      `global: { evaluation_interval: 1s }
rule_files: [${JSON.stringify(impatient(folder))}]
alerting: { alertmanagers: [{ static_configs: [{ targets: ["127.0.0.1:${alertmanager.port}"] }] }] }
`,
    );

    for (const instance of ["dying", "living"]) {
      const tape = await alertmanager.shown("RoundsmanServiceCritical", { instance });
      expect(tape.labels).toMatchObject({ service: "Tape", check: "local", severity: "critical" });
      expect(tape.annotations["summary"]).toBe(`Tape on ${instance} is CRIT`);
      expect(tape.status.state).toBe("active");
    }

    await dying.stop();
    const down = await alertmanager.shown("RoundsmanHostDown", { instance: "dying" });
    expect(down.labels["severity"]).toBe("critical");
    expect(down.status.state).toBe("active");
    await eventually(async () => {
      const { annotations } = await alertmanager.shown("RoundsmanHostDown", { instance: "dying" });
      return annotations["description"]?.includes('the reason "refused"') === true || undefined;
    });
    const state = async (instance: string): Promise<string> =>
      (await alertmanager.shown("RoundsmanServiceCritical", { instance })).status.state;
    await eventually(async () => ((await state("dying")) === "suppressed" ? true : undefined));
    expect(await state("living")).toBe("active");
    const others = (await alertmanager.alerts()).map(({ labels }) => labels);
    expect(
      others.filter(
        ({ alertname, instance }) => instance === "living" && alertname === "RoundsmanHostDown",
      ),
    ).toEqual([]);
    expect(others.filter(({ service }) => service === "Agent")).toEqual([]);
  },
);
