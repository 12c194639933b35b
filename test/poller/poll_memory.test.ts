import { describe, expect, test } from "vitest";
import { checks } from "../../poller/checks/index.ts";
import { parseConfig } from "../../poller/config.ts";
import { judging } from "../../poller/judging.ts";
import { openStore } from "../../poller/memory/store.ts";
import { hostOf } from "./hosts.ts";
import { eventually } from "../programs.ts";
import { polls } from "./polls.ts";

const MOUNTS = (options: string): string =>
  `<<<mounts>>>\n/dev/sda1 / ext4 ${options} 0 0\n/dev/sdb1 /srv xfs rw,noatime 0 0\n`;
const configured = (text: string) => judging(checks, parseConfig(text, "poller.yaml"));

describe("rules", () => {
  test("that are about hosts look at names, labels, tags and what the report says", async () => {
    const rule = (where: string) => `
rules:
  - { where: ${where}, check: uptime, params: { shortest: [2d, 1d] } }`;
    const says = "<<<check_mk>>>\nAgentOS: linux\n<<<uptime>>>\n3600 1\n";
    const own = { labels: { env: "prod" }, tags: ["ssd"] };
    for (const [where, state] of [
      ["{ host: 'web*' }", 2],
      ["{ host: 'db*' }", 0],
      ["{ labels: { env: prod }, tags: [ssd] }", 2],
      ["{ labels: { env: test } }", 0],
      ["{ facts: { os: linux } }", 2],
      ["{ facts: { os: windows } }", 0],
    ] as const) {
      const { next } = await polls({ judging: configured(rule(where)) }, own);
      expect((await next(says)).states["Uptime"], where).toBe(state);
    }
  });

  test("with a time make a state wait for it, over polls in between that fail", async () => {
    const { next } = await polls({
      judging: configured(
        "rules: [{ check: uptime, for: 1s, params: { shortest: [2d, 1d] } }, { service: Memory, ignore: true }]",
      ),
    });
    const says = "<<<uptime>>>\n3600 1\n";
    const first = await next(says);
    expect(first.states["Uptime"]).toBe(0);
    expect(first.summaries["Uptime"]).toMatch(/\(for 0 ms, counts after 1 second\)$/);
    await next(undefined);
    await new Promise((done) => setTimeout(done, 1000));
    expect((await next(says)).states["Uptime"]).toBe(2);
    expect((await next("<<<uptime>>>\n999999 1\n")).states["Uptime"]).toBe(0);
    expect((await next(says)).states["Uptime"]).toBe(0);
  });
});

describe("services that have to be there", () => {
  const required = configured(
    "require: [{ service: Uptime }, { service: Agent }, { where: { tags: [db] }, service: Memory }]",
  );

  test("are critical while they are not, and themselves when they are", async () => {
    const { next } = await polls({ judging: required });
    const without = await next("<<<check_mk>>>\nVersion: 1\n");
    expect(without.states).toEqual({ Agent: 0, Uptime: 2 });
    expect(without.summaries["Uptime"]).toBe("is not there, and has to be (require[0])");
    expect((await next("<<<uptime>>>\n3600 1\n")).states).toMatchObject({ Uptime: 0 });
  });

  test("are wanted of the hosts that they are about", async () => {
    const { next } = await polls({ judging: required }, { tags: ["db"] });
    expect((await next("<<<uptime>>>\n3600 1\n")).states["Memory"]).toBe(2);
  });
});

describe("the baseline", () => {
  test("is the first good poll, and outlives a restart", async () => {
    const own = await polls({}, {}, "disk");
    await own.next(MOUNTS("rw,relatime"));
    expect((await own.next(MOUNTS("ro,relatime"))).states["Mount options of /"]).toBe(1);
    await own.restart();
    const after = await own.next(MOUNTS("ro,relatime"));
    expect(after.states["Mount options of /"]).toBe(1);
    expect(after.summaries["Mount options of /"]).toBe("read-only, now ro, no longer rw");
  });

  test("tells sections that are missing, and services that are new or gone", async () => {
    const { next } = await polls();
    await next(`${MOUNTS("rw")}<<<uptime>>>\n3600 1\n`);
    const { states, agent } = await next(
      `${MOUNTS("rw")}<<<mem>>>\nMemTotal: 9 kB\nMemFree: 9 kB\n`,
    );
    expect(states["Agent"]).toBe(1);
    expect(agent.summary).toContain("missing sections: uptime");
    expect(agent.details).toContain("vanished services: Uptime");
    expect(agent.details).toContain("new services: Memory");
    expect((await next(`${MOUNTS("rw")}<<<uptime>>>\n3600 1\n`)).states["Agent"]).toBe(0);
  });

  test("is not a report that was cut off, nor one that did not come", async () => {
    const { next } = await polls();
    await next(undefined);
    await next("<<<uptime>>>\n3600 1\n<<<mounts>>>\n/dev/sda1 / ext4 ro");
    await next(MOUNTS("rw"));
    expect((await next(MOUNTS("rw"))).states["Agent"]).toBe(0);
    expect((await next(MOUNTS("ro"))).states["Mount options of /"]).toBe(1);
  });

  test("does not hold a section against a host that could not be read at first", async () => {
    const { next } = await polls();
    await next("<<<uptime>>>\n3600 1\n<<<mounts>>>\nx\n");
    const { agent } = await next(`<<<uptime>>>\n3600 1\n${MOUNTS("rw")}`);
    expect(agent.details).not.toContain("vanished");
  });

  test("is renewed for what was accepted by another process, and for nothing else", async () => {
    const own = await polls({}, {}, "disk");
    await own.next(MOUNTS("rw"));
    const changed = MOUNTS("ro").replace("noatime", "atime");
    await own.next(changed);
    const other = openStore(own.folder, (error) => expect.unreachable(error.message));
    // What one process has written another reads once it is on disk.
    const known = await eventually(() => other.known("web1"));
    other.keepKnown("web1", { ...known, accepted: ["Mount options of /"] });
    await other.close();
    await own.restart();
    expect((await own.next(changed)).states["Mount options of /"]).toBe(1);
    const { states } = await own.next(changed);
    expect(states["Mount options of /"]).toBe(0);
    expect(states["Mount options of /srv"]).toBe(1);
  });

  test("of an interface is renewed by the name of its service", async () => {
    const nic = (up: boolean): string =>
      `<<<lnx_if>>>\n[start_iplink]\n2: eth0: <BROADCAST${up ? ",UP,LOWER_UP" : ""}> mtu 1500 state ${up ? "UP" : "DOWN"}\n` +
      "    link/ether 00:16:3e:00:00:01 brd ff:ff:ff:ff:ff:ff\n[end_iplink]\n<<<lnx_if:sep(58)>>>\n" +
      "eth0: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n";
    const { next, store } = await polls();
    expect((await next(nic(true))).states["Interface eth0"]).toBe(0);
    expect((await next(nic(false))).states["Interface eth0"]).toBe(2);
    store().keepKnown("web1", { ...store().known("web1")!, accepted: ["Interface eth0"] });
    await next(nic(false));
    expect((await next(nic(false))).states["Interface eth0"]).toBe(0);
  });

  test("is not broken by things that are called as objects' own", async () => {
    const { next } = await polls();
    const odd = "<<<mounts>>>\n/dev/sda1 constructor ext4 rw 0 0\n/dev/sdb __proto__ ext4 rw 0 0\n";
    expect((await next(odd)).states).toMatchObject({ "Mount options of constructor": 0 });
    expect((await next(odd.replaceAll("rw", "ro"))).states).toMatchObject({
      "Mount options of constructor": 1,
      "Mount options of __proto__": 1,
    });
  });
});

describe("sections that are to be kept", () => {
  test("outlive a restart, and tell how old they are", async () => {
    const own = await polls({}, {}, "disk");
    const until = Math.floor(Date.now() / 1000) + 3600;
    await own.next(`<<<uptime:persist(${until})>>>\n3600 1\n${MOUNTS("rw")}`);
    await own.restart();
    const { states, agent } = await own.next(MOUNTS("rw"));
    expect(states).toMatchObject({ Agent: 0, Uptime: 0 });
    expect(agent.summary).not.toContain("missing");
  });

  test("with absurd times are there once, and not again", async () => {
    const { next } = await polls();
    for (const until of [-1, 0, Date.now(), 2 ** 53 - 1]) {
      expect((await next(`<<<uptime:persist(${until})>>>\n3600 1\n`)).states["Uptime"]).toBe(0);
      expect((await next(MOUNTS("rw"))).states["Uptime"]).toBeUndefined();
    }
  });
});

test("a host that is forgotten and comes back is judged against the same baseline", async () => {
  const { next } = await polls({}, hostOf(1));
  await next(MOUNTS("rw"));
  for (let i = 0; i < 4; i++) await next(undefined);
  expect((await next(MOUNTS("ro"))).states["Mount options of /"]).toBe(1);
});
