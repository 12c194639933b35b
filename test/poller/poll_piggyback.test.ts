import { describe, expect, onTestFinished, test, vi } from "vitest";
import { checks } from "../../poller/checks/index.ts";
import { exposition } from "../../poller/exposition.ts";
import { judging } from "../../poller/judging.ts";
import { forgetful } from "../../poller/memory/store.ts";
import { Piggyback } from "../../poller/piggyback.ts";
import { silence } from "../../poller/poll.ts";
import { Snapshots, type Snapshot } from "../../poller/snapshots.ts";
import { polls } from "./polls.ts";
import { scraped } from "./scraped.ts";

const UPTIME = (seconds: number): string => `<<<uptime>>>\n${seconds} 1\n`;
const of = (guest: string, text: string): string => `<<<<${guest}>>>>\n${text}<<<<>>>>\n`;

/** Sources that are polled by one poller. */
async function fleet(
  lists: Readonly<Record<string, readonly string[] | undefined>>,
  store = forgetful(),
) {
  const piggyback = new Piggyback(Object.keys(lists));
  const [snapshots, judges] = [new Snapshots(), judging(checks)];
  const last = (name: string) => snapshots.get(name);
  const sources = new Map<string, Awaited<ReturnType<typeof polls>>>();
  for (const [name, list] of Object.entries(lists)) {
    const own = { piggyback, store, last, judging: judges };
    sources.set(name, await polls(own, { name, piggyback: list }));
  }
  const say = async (source: string, text: string) => {
    const polled = await sources.get(source)!.next(text);
    for (const one of [polled.snapshot, ...polled.guests]) snapshots.set(one);
    return polled;
  };
  const means = { ...sources.values().next().value!.means(), last };
  return { say, piggyback, snapshots, store, means };
}

const states = ({ services }: Snapshot): Record<string, number> =>
  Object.fromEntries(Array.from(services, ({ service, state }) => [service, state]));
const agentSays = ({ services }: Snapshot): string | undefined => [...services][0]?.summary;
const uptime = ({ services }: Snapshot): number | undefined =>
  [...services].find(({ service }) => service === "Uptime")?.perfdata?.[0]?.value;

async function seriesOf({ means }: Awaited<ReturnType<typeof fleet>>, ...all: Snapshot[]) {
  const chunks: Buffer[] = [];
  for await (const chunk of exposition(all, means.judging.families)) chunks.push(chunk);
  return scraped(Buffer.concat(chunks).toString());
}

describe("a guest", () => {
  test("is a host of its own, with its source, its services and its series", async () => {
    const all = await fleet({ esx1: undefined });
    const { guests, snapshot } = await all.say("esx1", UPTIME(10) + of("vm1", UPTIME(77)));
    expect(guests.map(({ host }) => [host.name, host.guestOf, host.labels])).toEqual([
      ["vm1", "esx1", {}],
    ]);
    expect(uptime(guests[0]!)).toBe(77);
    expect(uptime(snapshot)).toBe(10);
    const series = await seriesOf(all, snapshot, ...guests);
    const seen = (name: string) =>
      series.get(name)?.samples.map(({ labels, value }) => [labels["instance"], value]);
    expect(seen("roundsman_uptime_seconds")).toEqual([
      ["esx1", 10],
      ["vm1", 77],
    ]);
    expect(seen("roundsman_up")).toEqual([
      ["esx1", 1],
      ["vm1", 1],
    ]);
    expect(series.get("roundsman_piggyback_last_timestamp_seconds")?.samples[0]?.labels).toEqual({
      ...{ instance: "vm1", source: "esx1" },
    });
  });

  test("that its source says nothing of any more is down, then forgotten as any host is", async () => {
    const all = await fleet({ esx1: undefined });
    const [vm1] = (await all.say("esx1", of("vm1", UPTIME(77)))).guests;
    const later = vm1!.at + 91;
    const [silent, ...others] = all.piggyback.silent(later);
    expect(others).toEqual([]);
    const down = silence(silent!.host, silent!.last, all.means);
    expect(down).toMatchObject({ up: false, failure: { reason: "timeout" } });
    expect(down.failure?.message).toMatch(/^esx1 said nothing of it since 20/);
    expect(states(down)).toEqual({ Agent: 2, Uptime: 0 });
  });

  test("has a baseline of its own", async () => {
    const all = await fleet({ esx1: undefined });
    await all.say("esx1", of("vm1", UPTIME(77) + "<<<labels:sep(0)>>>\n{}\n"));
    const { guests, snapshot } = await all.say("esx1", of("vm1", UPTIME(77)));
    expect(states(guests[0]!)["Agent"]).toBe(1);
    expect(states(snapshot)["Agent"]).toBe(0);
  });

  test("of a report that was cut off has no baseline of what is left", async () => {
    const all = await fleet({ esx1: undefined });
    await all.say("esx1", `<<<<vm1>>>>\n${UPTIME(77)}<<<mem>>>\nMemTot`);
    expect(all.store.known("vm1")).toBeUndefined();
  });

  test("has what is to be kept of it, while its source speaks of it", async () => {
    const all = await fleet({ esx1: undefined });
    const until = Math.floor(Date.now() / 1000) + 3600;
    const kept = `<<<uptime:persist(${until})>>>\n77 1\n`;
    await all.say("esx1", of("vm1", kept));
    const { guests } = await all.say("esx1", of("vm1", "<<<labels:sep(0)>>>\n{}\n"));
    expect(uptime(guests[0]!)).toBe(77);
    expect((await all.say("esx1", UPTIME(1))).guests).toEqual([]);
  });

  test("that is its source adds to what the source says of itself", async () => {
    const all = await fleet({ esx1: undefined });
    const { guests, snapshot } = await all.say("esx1", of("esx1", UPTIME(5)));
    expect(guests).toEqual([]);
    expect(uptime(snapshot)).toBe(5);
  });
});

describe("a broken-in host", () => {
  test("cannot overwrite a host that is polled, nor prepare what it is judged by", async () => {
    const all = await fleet({ esx1: undefined, db1: undefined, "db 2": undefined });
    const until = Math.floor(Date.now() / 1000) + 3600;
    const lies = `<<<uptime:persist(${until})>>>\n1 1\n<<<mem>>>\nx\n`;
    const { guests, snapshot } = await all.say(
      "esx1",
      ["db1", "db 2", "db_2"].map((name) => of(name, lies)).join(""),
    );
    expect(guests).toEqual([]);
    expect(states(snapshot)["Agent"]).toBe(1);
    expect(agentSays(snapshot)).toContain("may not speak for: db1, db_2");
    const series = await seriesOf(all, snapshot);
    expect(series.get("roundsman_piggyback_refused")?.samples[0]?.value).toBe(2);
    for (const name of ["db1", "db 2"]) {
      const { snapshot: own } = await all.say(name, UPTIME(1000));
      expect(states(own)).toEqual({ Agent: 0, Uptime: 0 });
      expect(uptime(own)).toBe(1000);
    }
  });

  test("cannot leave a baseline or sections to a host that is polled only later", async () => {
    const before = await fleet({ esx1: undefined });
    const until = Math.floor(Date.now() / 1000) + 3600;
    await before.say("esx1", of("db9", `<<<uptime:persist(${until})>>>\n1 1\n<<<mem>>>\nx\n`));
    expect(before.store.known("db9")?.isGuest).toBe(true);
    const { next } = await polls({ store: before.store, hosts: ["db9"] }, { name: "db9" });
    const own = await next("<<<labels:sep(0)>>>\n{}\n");
    expect(own.states).toEqual({ Agent: 0 });
    expect(before.store.known("db9")?.isGuest).toBeUndefined();
  });

  test("cannot take another's guest while that one speaks for it", async () => {
    const all = await fleet({ esx1: undefined, evil: undefined });
    await all.say("esx1", of("vm1", UPTIME(1000)));
    const { guests, snapshot } = await all.say("evil", of("vm1", UPTIME(1)));
    expect(guests).toEqual([]);
    expect(agentSays(snapshot)).toContain("may not speak for: vm1");
    expect(uptime(all.snapshots.get("vm1")!)).toBe(1000);
    expect(uptime((await all.say("esx1", of("vm1", UPTIME(1060)))).guests[0]!)).toBe(1060);
  });

  test("costs no more than a limit of guests, and says that it was over it", async () => {
    const all = await fleet({ esx1: undefined });
    const many = (from: number): string =>
      Array.from({ length: 5000 }, (_, i) => of(`vm${from + i}`, UPTIME(i))).join("");
    const first = await all.say("esx1", many(0));
    expect(first.guests).toHaveLength(1000);
    expect(agentSays(first.snapshot)).toContain("over the limit of piggyback_hosts: 4000");
    const second = await all.say("esx1", many(5000));
    expect(second.guests).toHaveLength(0);
    expect(agentSays(second.snapshot)).toContain("over the limit of piggyback_hosts: 5000");
  });
});

test("a guest that becomes a host is not measured by what others said, though it says the same", async () => {
  const mounts = (options: string): string => `<<<mounts>>>\n/dev/sda1 / ext4 ${options} 0 0\n`;
  const all = await fleet(
    { esx1: undefined, vm1: undefined },
    { ...forgetful(), stamp: () => "always the same" },
  );
  all.piggyback.configure(["esx1"]);
  await all.say("esx1", of("vm1", mounts("rw")));
  await all.say("esx1", of("vm1", mounts("ro")));
  const [guest] = (await all.say("esx1", of("vm1", mounts("ro")))).guests;
  expect(states(guest!)).toMatchObject({ "Mount options of /": 1 });
  all.piggyback.configure(["esx1", "vm1"]);
  // What others said is over by then.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
  onTestFinished(() => void vi.useRealTimers());
  const { snapshot } = await all.say("vm1", mounts("ro"));
  expect(states(snapshot)).toMatchObject({ "Mount options of /": 0 });
});

describe("a list", () => {
  test("lets a source add to a host that is polled, with the age of what it said", async () => {
    const all = await fleet({ esx1: ["db*"], db1: undefined });
    const { guests, snapshot } = await all.say(
      "esx1",
      of("db1", UPTIME(1000)) + of("vm1", UPTIME(1)),
    );
    expect(guests).toEqual([]);
    expect(agentSays(snapshot)).toContain("may not speak for: vm1");
    const { snapshot: db1 } = await all.say("db1", "<<<labels:sep(0)>>>\n{}\n");
    expect(uptime(db1)).toBe(1000);
    const series = await seriesOf(all, db1);
    const age = series.get("roundsman_section_age_seconds")?.samples;
    expect(age?.map(({ labels }) => labels["section"])).toEqual(["uptime"]);
    expect(age?.[0]?.value).toBeLessThan(60);
  });

  test("lets several sources speak for one guest, which has what all of them say", async () => {
    const all = await fleet({ esx1: ["vm*"], esx2: ["vm*"] });
    await all.say("esx1", of("vm1", UPTIME(1000)));
    const { guests } = await all.say(
      "esx2",
      of("vm1", "<<<mem>>>\nMemTotal: 9 kB\nMemFree: 9 kB\n"),
    );
    expect(states(guests[0]!)).toMatchObject({ Uptime: 0, Memory: 0 });
  });
});
