import { afterEach, expect, test } from "vitest";
import { Collector } from "../../../agent/collector.ts";
import { askController } from "../../../agent/readings/ipmi.ts";
import { ipmi } from "../../../agent/sections/ipmi.ts";
import { endAll } from "../../../waitmax/run.ts";
import { madeUp, NOW } from "../sections/host.ts";

const LIST = ["ipmitool", "sensor", "list"] as const;
const HANGS = "#!/bin/sh\nexec /bin/sleep 600\n";

afterEach(() => endAll());

test("an answer tells its age and holds for five minutes, a failure too", async () => {
  let now = NOW + 0.7;
  const { host, write } = madeUp(
    { "/dev/ipmi0": "", "/usr/bin/ipmitool": "#!/bin/sh\necho first\n" },
    { now: () => now },
  );
  const first = { separator: 124, text: "first\n", cached: { at: NOW, interval: 300 } };
  expect(await askController(host, LIST)).toEqual(first);
  write("/usr/bin/ipmitool", "#!/bin/sh\necho busy >&2; exit 1\n");
  now += 290;
  expect(await askController(host, LIST)).toEqual(first);
  now += 10;
  await expect(askController(host, LIST)).rejects.toThrow(/exit code 1: busy/);
  write("/usr/bin/ipmitool", "#!/bin/sh\necho again\n");
  await expect(askController(host, LIST)).rejects.toThrow(/exit code 1: busy/);
  now += 300;
  expect(await askController(host, LIST)).toMatchObject({ text: "again\n" });
});

test("without a controller nobody is asked, without the tool nobody can be", async () => {
  const { host } = madeUp({ "/dev/null": "", "/usr/bin/ipmitool": HANGS });
  expect(await askController(host, LIST)).toBeUndefined();
  expect(await askController(madeUp({ "/dev/ipmi0": "" }).host, LIST)).toBeUndefined();
});

test("a controller that does not answer is given up at the deadline", async () => {
  const { host } = madeUp({ "/dev/ipmi0": "", "/usr/bin/ipmitool": HANGS });
  await expect(askController(host, LIST, 0.2)).rejects.toThrow(/took longer than 0.2 s/);
});

test("a report does not wait for a controller, and has what it said before", async () => {
  let now = NOW;
  const { host, write } = madeUp(
    { "/dev/ipmi0": "", "/usr/bin/ipmitool": "#!/bin/sh\necho 'Fan 1 | 900 | RPM | ok'\n" },
    { now: () => now },
  );
  const collector = new Collector({ system: host, sections: [ipmi], intervalSeconds: 10 });
  const served = `<<<ipmi:sep(124):cached(${NOW},300)>>>\nFan 1 | 900 | RPM | ok\n`;
  const report = async (): Promise<string> => {
    await collector.collect();
    return collector.report?.bytes.toString() ?? "";
  };
  expect(await report()).toContain(served);
  write("/usr/bin/ipmitool", HANGS);
  now += 290;
  expect(await report()).toContain(served);
  now += 10;
  const late = await report();
  expect(late).toContain(served);
  expect(late).toMatch(/"section":"ipmi".*still being collected/);
});
