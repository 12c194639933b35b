import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testWith } from "../peers.ts";
import { place, type Place } from "./place.ts";

const SCRIPT = "plugins/puppet_agent";

interface Puppet {
  readonly at: Place;
  readonly summary: string;
  readonly state: string;
}

function puppet(text?: string): Puppet {
  const at = place();
  const [summary, state] = [join(at.folder, "last_run_summary.yaml"), join(at.folder, "puppet")];
  mkdirSync(state);
  if (text !== undefined) writeFileSync(summary, text);
  const config = join(at.configDir, "puppet_agent.cfg");
  writeFileSync(config, `# elsewhere\nsummary = ${summary}\nstate=${state}\n`);
  return { at, summary, state };
}

const SUMMARY = `---
version:
  config: 1717000000
  puppet: "7.30.0"
resources:
  changed: 2
  failed: 1
  total: 145
time:
  config_retrieval: 1.25
  total: 6.5
  last_run: 1717000123
events:
  failure: 1
  total: 3
`;

test("the summary is told as it is, one line a value", async () => {
  const { at } = puppet(SUMMARY);
  const { lines, code, stderr } = await at.run(SCRIPT);
  expect(lines).toEqual([
    "<<<puppet_agent:sep(0)>>>",
    "version.config: 1717000000",
    "version.puppet: 7.30.0",
    "resources.changed: 2",
    "resources.failed: 1",
    "resources.total: 145",
    "time.config_retrieval: 1.25",
    "time.total: 6.5",
    "time.last_run: 1717000123",
    "events.failure: 1",
    "events.total: 3",
  ]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
});

test("a run without resources had no catalog", async () => {
  const { at } = puppet(
    "---\nversion:\n  config:\n  puppet: 7.30.0\ntime:\n  last_run: 1717000123\n",
  );
  expect((await at.run(SCRIPT)).lines.slice(1)).toEqual([
    "version.puppet: 7.30.0",
    "time.last_run: 1717000123",
    "catalog: failed",
  ]);
});

test("who disabled it said why", async () => {
  const { at, state } = puppet(SUMMARY);
  writeFileSync(
    join(state, "agent_disabled.lock"),
    '{"disabled_message":"kernel: being\u0007 tried"}',
  );
  expect((await at.run(SCRIPT)).lines.at(-1)).toBe("disabled: kernel: being tried");
  writeFileSync(join(state, "agent_disabled.lock"), "");
  expect((await at.run(SCRIPT)).lines.at(-1)).toBe("disabled: no reason given");
});

test("a run is under way as long as its process lives", async () => {
  const { at, state } = puppet(SUMMARY);
  writeFileSync(join(state, "agent_catalog_run.lock"), `${process.pid}`);
  expect((await at.run(SCRIPT)).lines.at(-1)).toBe(`running: ${process.pid}`);
  writeFileSync(join(state, "agent_catalog_run.lock"), "999999999");
  expect((await at.run(SCRIPT)).stdout).not.toContain("running");
});

test("a summary that is missing or means nothing is an error", async () => {
  const { at, summary } = puppet();
  expect((await at.run(SCRIPT)).lines.slice(1)).toEqual([
    `error: there is no ${summary}: Puppet has not run yet, or it may not be read`,
  ]);
  writeFileSync(summary, "");
  expect((await at.run(SCRIPT)).lines.slice(1)).toEqual([
    `error: there is nothing to be read in ${summary}`,
  ]);
});

test("nothing in the summary can look like a header", async () => {
  const evil =
    "time:\n  last_run: <<<local>>>\n  <<<local>>>: 1\n  a: b\r<<<x>>>\n<<<<other>>>>\n<<<df>>>\n";
  const { at } = puppet(evil);
  const { lines } = await at.run(SCRIPT);
  expect(lines.slice(1)).toEqual([
    "time.last_run: <<<local>>>",
    "time.a: b<<<x>>>",
    "catalog: failed",
  ]);
});

const without = ["/opt/puppetlabs", "/var/cache/puppet", "/var/lib/puppet"].every(
  (folder) => !existsSync(folder),
);
testWith({ what: "a Puppet is installed", there: without })(
  "where there is no Puppet there is nothing to say",
  async () => {
    expect(await place().run(SCRIPT)).toMatchObject({ stdout: "", stderr: "", code: 0 });
  },
);

test("an endless summary is read for 64 KiB", async () => {
  const { at } = puppet(`time:\n${"  step: 1\n".repeat(100_000)}`);
  const { stdout } = await at.run(SCRIPT);
  expect(stdout.length).toBeLessThan(128 * 1024);
  expect(stdout.endsWith("\n")).toBe(true);
});
