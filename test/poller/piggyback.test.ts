import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { merged, Piggyback } from "../../poller/piggyback.ts";
import { LIMITS, parse } from "../../poller/parse.ts";
import type { Host } from "../../poller/targets/host.ts";
import { hostOf } from "./hosts.ts";

const AT = 1_700_000_000;
const source = (name: string, own: Partial<Host> = {}): Host => hostOf(1, { name, ...own });
const esx1 = source("esx1");
const esx2 = source("esx2");

/** Has a source speak for some hosts, each with one section. */
const tell = (all: Piggyback, from: Host, at: number, ...names: readonly string[]) =>
  all.receive(
    from,
    parse(
      Buffer.from(names.map((name) => `<<<<${name}>>>>\n<<<sizes>>>\n${from.name} 1\n`).join("")),
      { own: from.name },
    ).hosts,
    at,
  );
const speakers = (all: Piggyback, host: string, at: number): string[] =>
  all.said(host, at).map(({ source: { name } }) => name);

describe("a source without a list", () => {
  test("speaks for hosts that nobody else speaks for, for one and a half of its intervals", () => {
    const all = new Piggyback(["esx1", "esx2"]);
    expect(tell(all, esx1, AT, "vm1", "vm2")).toEqual({
      ...{ guests: ["vm1", "vm2"], refused: [], over: 0 },
    });
    expect(speakers(all, "vm1", AT + 90)).toEqual(["esx1"]);
    expect(speakers(all, "vm1", AT + 90.5)).toEqual([]);
    expect(all.silent(AT + 90)).toEqual([]);
    expect(all.silent(AT + 91).map(({ host, last }) => [host, last.at])).toEqual([
      ["vm1", AT],
      ["vm2", AT],
    ]);
  });

  test("does not speak for a host that is polled itself", () => {
    const all = new Piggyback(["esx1", "db1"]);
    expect(tell(all, esx1, AT, "db1", "vm1")).toMatchObject({
      ...{ guests: ["vm1"], refused: ["db1"] },
    });
    expect(speakers(all, "db1", AT)).toEqual([]);
  });

  test("does not speak for one that is polled by a name in other letters either", () => {
    const all = new Piggyback(["esx1", "db1"]);
    expect(tell(all, esx1, AT, "DB1", "Db1")).toMatchObject({
      guests: [],
      refused: ["db1", "db1"],
    });
  });

  test("does not speak for another's host, until that one is silent", () => {
    const all = new Piggyback(["esx1", "esx2"]);
    tell(all, esx1, AT, "vm1");
    expect(tell(all, esx2, AT + 30, "vm1").refused).toEqual(["vm1"]);
    expect(tell(all, esx2, AT + 90, "vm1").refused).toEqual(["vm1"]);
    expect(speakers(all, "vm1", AT + 90)).toEqual(["esx1"]);
    expect(tell(all, esx2, AT + 91, "vm1").guests).toEqual(["vm1"]);
    expect(speakers(all, "vm1", AT + 91)).toEqual(["esx2"]);
    expect(tell(all, esx1, AT + 92, "vm1").refused).toEqual(["vm1"]);
  });

  test("that names itself means itself", () => {
    const all = new Piggyback(["esx1"]);
    expect(tell(all, esx1, AT, "esx1")).toEqual({ guests: [], refused: [], over: 0 });
    expect(tell(all, source("front end"), AT, "front end", "front_end").guests).toEqual([]);
  });
});

describe("a list", () => {
  const trusted = source("esx1", { piggyback: ["db*", "vm1"] });

  test("lets a source speak for those that it names, whoever else speaks for them", () => {
    const all = new Piggyback(["esx1", "esx2", "db1"]);
    tell(all, esx2, AT, "vm1");
    const { guests, refused } = tell(all, trusted, AT + 1, "db1", "vm1");
    expect(refused).toEqual([]);
    expect(guests).toEqual(["vm1"]);
    expect(speakers(all, "db1", AT + 1)).toEqual(["esx1"]);
    expect(speakers(all, "vm1", AT + 1)).toEqual(["esx2", "esx1"]);
  });

  test("lets it speak for nobody else; an empty one for nobody at all", () => {
    const all = new Piggyback(["esx1"]);
    expect(tell(all, trusted, AT, "vm2").refused).toEqual(["vm2"]);
    expect(tell(all, source("esx3", { piggyback: [] }), AT, "vm3").refused).toEqual(["vm3"]);
  });
});

describe("names", () => {
  test("that become those of polled hosts are taken for them", () => {
    const all = new Piggyback(["esx1", "db 1", "web/2"]);
    expect(tell(all, esx1, AT, "db 1", "db_1", "db\u00071", "web?2").refused).toEqual([
      "db_1",
      "web_2",
    ]);
    const trusted = source("esx1", { piggyback: ["db_1"] });
    tell(all, trusted, AT, "db 1");
    expect(speakers(all, "db 1", AT)).toEqual(["esx1"]);
  });

  test("that differ by a dot are other hosts, by case they are the same; nobody's data is touched", () => {
    const all = new Piggyback(["esx1", "db1"]);
    const { guests } = tell(all, esx1, AT, "DB1", "db1.", "Db1", ".db1");
    expect(guests).toEqual(["db1.", ".db1"]);
    expect(speakers(all, "db1", AT)).toEqual([]);
  });

  test("whatever they are, no polled host and no other source's guest gets a word of it", () => {
    const name = fc.oneof(
      fc.constantFrom("db1", "db 1", "DB1", "vm1", "vm1 ", "../db1", "__proto__", "."),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 8 }), (names) => {
        const all = new Piggyback(["esx1", "esx2", "db1", "db 1"]);
        tell(all, esx1, AT, "vm1");
        tell(all, esx2, AT + 1, ...names.map((one) => one.replace(/[\r\n]/g, "")));
        for (const host of ["db1", "db 1"]) expect(speakers(all, host, AT + 1)).toEqual([]);
        expect(speakers(all, "vm1", AT + 1)).toEqual(["esx1"]);
      }),
    );
  });
});

describe("how many there may be", () => {
  const names = (from: number, count: number): string[] =>
    Array.from({ length: count }, (_, i) => `vm${from + i}`);

  test("is limited in a report, and over the reports of a source", () => {
    const all = new Piggyback(["esx1"]);
    const first = tell(all, esx1, AT, ...names(0, 5000));
    expect(first.guests).toHaveLength(LIMITS.piggybackHosts);
    const second = tell(all, esx1, AT + 60, ...names(5000, 10), "vm0");
    expect(second).toMatchObject({ guests: ["vm0"], over: 10 });
    expect(tell(all, esx2, AT + 60, ...names(5000, 10)).guests).toHaveLength(10);
  });

  test("those of which nothing is said any more make way, and are forgotten at once", () => {
    const all = new Piggyback(["esx1"]);
    tell(all, esx1, AT, ...names(0, 1000));
    tell(all, esx1, AT + 60, "vm0");
    const later = tell(all, esx1, AT + 120, "new1", "new2");
    expect(later.guests).toEqual(["new1", "new2"]);
    expect(all.forget(AT + 120)).toEqual(["vm1", "vm2"]);
    expect(all.forget(AT + 120)).toEqual([]);
  });

  test("one that made way and is back is not forgotten", () => {
    const all = new Piggyback(["esx1"]);
    tell(all, esx1, AT, ...names(0, 1000));
    tell(all, esx1, AT + 120, "new1");
    tell(all, esx1, AT + 121, "vm0");
    expect(all.forget(AT + 121)).toEqual(["vm1"]);
  });

  test("ever new names, poll by poll, are not kept", () => {
    const all = new Piggyback(["esx1"]);
    const gone = new Set<string>();
    for (let poll = 0; poll < 20; poll++) {
      tell(all, esx1, AT + poll * 100, ...names(poll * 1000, 1000));
      for (const name of all.forget(AT + poll * 100)) gone.add(name);
    }
    expect(gone.size).toBe(19_000);
    expect(all.silent(AT + 10_000)).toHaveLength(1000);
  });

  test("a host is forgotten after a day of silence, and can come back", () => {
    const all = new Piggyback(["esx1"]);
    tell(all, esx1, AT, "vm1");
    expect(all.forget(AT + 86_400)).toEqual([]);
    expect(all.forget(AT + 86_401)).toEqual(["vm1"]);
    expect(all.silent(AT + 86_401)).toEqual([]);
    expect(tell(all, esx2, AT + 86_402, "vm1").guests).toEqual(["vm1"]);
  });
});

test("a clock that is put back does not make old words valid for long", () => {
  const all = new Piggyback(["esx1"]);
  tell(all, esx1, AT, "vm1");
  expect(speakers(all, "vm1", AT - 3600)).toEqual([]);
});

describe("sections from several mouths", () => {
  const own = parse(Buffer.from("<<<sizes>>>\nown 1\n<<<mine:cached(5,6)>>>\nx\n")).hosts[0]!;
  const said = (name: string, text: string) => ({
    ...{ source: source(name), at: AT, text: Buffer.from(text) },
  });

  test("are joined, and those that only others sent tell how old they are", () => {
    const all = merged(own.sections, [
      said("esx1", "<<<sizes:sep(124)>>>\nvm|2\n<<<other>>>\ny\n"),
      said("esx2", "<<<other>>>\nz\n<<<old:cached(7,8)>>>\nq\n"),
    ]);
    const rows = (name: string): string[] => [...all.get(name)!.rows].map((row) => row.join(" "));
    expect(rows("sizes")).toEqual(["own 1", "vm 2"]);
    expect(rows("other")).toEqual(["y", "z"]);
    expect(all.get("sizes")?.countLines()).toBe(2);
    expect(all.get("sizes")?.cached).toBeUndefined();
    expect(all.get("other")?.cached).toEqual({ at: AT, interval: 90 });
    expect(all.get("old")?.cached).toEqual({ at: 7, interval: 8 });
  });

  test("are the host's own where nobody else says anything", () => {
    expect(merged(own.sections, [])).toBe(own.sections);
  });
});

describe("other processes", () => {
  const elsewhere = (...hosts: readonly string[]) => {
    const told: string[] = [];
    const all = new Piggyback(["esx1", "db1"], {
      has: (host) => hosts.includes(host),
      tell: (host, { source: { name }, at, text }) =>
        told.push(`${host} ${name} ${at} ${text.toString()}`),
    });
    return { all, told };
  };

  test("are told of what they know where a source's list lets it, and it is no guest here", () => {
    const { all, told } = elsewhere("db1", "vm1");
    const listed = source("esx1", { piggyback: ["*1"] });
    expect(tell(all, listed, AT, "db1", "vm1", "web1")).toEqual({
      ...{ guests: ["web1"], refused: [], over: 0 },
    });
    expect(told).toEqual([
      `db1 esx1 ${AT} <<<sizes>>>\nesx1 1\n`,
      `vm1 esx1 ${AT} <<<sizes>>>\nesx1 1\n`,
    ]);
    expect(speakers(all, "db1", AT)).toEqual([]);
  });

  test("are told nothing by a source without a list", () => {
    const { all, told } = elsewhere("db1", "vm1");
    expect(tell(all, esx1, AT, "db1", "vm1", "vm2")).toEqual({
      ...{ guests: ["vm2"], refused: ["db1", "vm1"], over: 0 },
    });
    expect(told).toEqual([]);
  });

  test("tell what is heard like what was said here, in bounded room", () => {
    const all = new Piggyback(["db1"]);
    const said = { source: esx2, at: AT, text: Buffer.from("<<<sizes>>>\nx 1\n") };
    all.hear("db1", said);
    expect(speakers(all, "db1", AT + 90)).toEqual(["esx2"]);
    expect(speakers(all, "db1", AT + 91)).toEqual([]);
    for (let i = 0; i <= LIMITS.piggybackHosts; i++) all.hear(`vm${i}`, said);
    const heard = Array.from({ length: LIMITS.piggybackHosts + 1 }, (_, i) =>
      speakers(all, `vm${i}`, AT),
    );
    expect(heard.filter(({ length }) => length > 0)).toHaveLength(LIMITS.piggybackHosts - 1);
  });
});
