import { expect, test } from "vitest";
import { systemdUnits } from "../../../agent/sections/systemd_units.ts";
import { collect, lackOf, madeUp, NOW, web1, type MadeUp } from "./host.ts";

/** Says its first argument, or what is told for it. */
const systemctl = (told: Record<string, string> = {}): string => {
  const cases = Object.entries(told).map(([verb, script]) => `${verb}) ${script} ;;\n`);
  return `#!/bin/sh\ncase $1 in\n${cases.join("")}*) echo "$1" ;;\nesac\n`;
};

const hostWith = (tool: string, now?: () => number): MadeUp =>
  madeUp({ "/run/systemd/system/.keep": "", "/usr/bin/systemctl": tool }, now && { now });

test("unit files, states and the list of all, with columns one blank apart", async () => {
  expect(await collect(systemdUnits, web1())).toBe(`<<<systemd_units>>>
[list-unit-files]
apt-daily.service static -
nginx.service enabled enabled
getty@.service enabled enabled
nginx.socket disabled enabled
[status]
● nginx.service - A web server
 Loaded: loaded (/lib/systemd/system/nginx.service; enabled; preset: enabled)
 Active: active (running) since Mon 2026-11-16 18:05:39 UTC; 1 day 1h ago
 Main PID: 600 (nginx)
 Tasks: 3 (limit: 9000)
 Memory: 12.5M
 CPU: 1d 12.340s
 CGroup: /system.slice/nginx.service
 ├─600 "nginx: master process"
 └─612 "nginx: worker process"

○ apt-daily.service - Daily apt download activities
 Loaded: loaded (/lib/systemd/system/apt-daily.service; static)
 Active: inactive (dead)
[all]
apt-daily.service loaded inactive dead Daily apt download activities
nginx.service loaded active running A web server
backup.service loaded failed failed Nightly backup
nginx.socket loaded active listening Sockets of a web server
`);
});

test("where systemd does not run, or has no systemctl, there is no section", async () => {
  const { host } = madeUp({ "/usr/bin/systemctl": systemctl() });
  expect(await collect(systemdUnits, host)).toBeUndefined();
  const { host: bare } = madeUp({ "/run/systemd/system/.keep": "" });
  expect(await collect(systemdUnits, bare)).toBeUndefined();
});

test("the list is a minute old at most, the rest a quarter of an hour", async () => {
  let now = NOW;
  const say = (word: string): string => `#!/bin/sh\necho "$1 ${word}"\n`;
  const { host, write } = hostWith(say("first"), () => now);
  await collect(systemdUnits, host);
  write("/usr/bin/systemctl", say("second"));
  now += 50;
  expect(await collect(systemdUnits, host)).toContain("[all]\nlist-units first\n");
  now += 10;
  expect(await collect(systemdUnits, host)).toBe(
    "<<<systemd_units>>>\n[list-unit-files]\nlist-unit-files first\n" +
      "[status]\nstatus first\n[all]\nlist-units second\n",
  );
  now += 840;
  expect(await collect(systemdUnits, host)).toContain("[status]\nstatus second\n");
});

test("without states there is still the list of all, and the reason is told", async () => {
  let now = NOW;
  const tool = systemctl({ status: "echo no bus >&2; exit 1" });
  const { host, write } = hostWith(tool, () => now);
  expect(await collect(systemdUnits, host)).toBe(
    "<<<systemd_units>>>\n[list-unit-files]\nlist-unit-files\n[status]\n[all]\nlist-units\n",
  );
  expect(await lackOf(systemdUnits, host)).toEqual([
    expect.stringMatching(/^systemctl status .* ended with exit code 1: no bus$/),
  ]);
  write("/usr/bin/systemctl", systemctl());
  now += 60;
  expect(await collect(systemdUnits, host)).toContain("[status]\nstatus\n");
});

test("a list that fails fails the section, and is asked for again at once", async () => {
  const { host, write } = hostWith(systemctl({ "list-units": "echo no bus >&2; exit 1" }));
  await expect(collect(systemdUnits, host)).rejects.toThrow(/exit code 1: no bus/);
  write("/usr/bin/systemctl", systemctl());
  expect(await collect(systemdUnits, host)).toContain("[all]\nlist-units\n");
});

test("a systemctl that hangs is ended after ten seconds", async () => {
  const { host } = hostWith("#!/bin/sh\nexec /bin/sleep 60\n");
  await expect(collect(systemdUnits, host)).rejects.toThrow(/took longer than 10 s/);
});
