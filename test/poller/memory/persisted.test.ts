import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withPersisted } from "../../../poller/memory/persisted.ts";
import { forgetful, type Store } from "../../../poller/memory/store.ts";
import { parse } from "../../../poller/parse.ts";

const AT = 1_700_000_000;

/** What is known of each host after a report: its sections' names, ages and rows. */
function after(store: Store, at: number, report: string) {
  const { hosts } = parse(Buffer.from(report), { own: "web1" });
  const { hosts: all, dropped } = withPersisted("web1", hosts, at, store);
  const found = all.map(({ host, sections }) => [
    host,
    Object.fromEntries(
      Array.from(sections.values(), ({ name, cached, rows }) => [
        name,
        [...[...rows].flat(), ...(cached ? [`since ${cached.at - AT}`] : [])].join(" "),
      ]),
    ),
  ]);
  return { dropped, hosts: Object.fromEntries(found) as Record<string, Record<string, string>> };
}

describe("a section that is to be kept", () => {
  test("is there until its time is over, and tells how old it is", () => {
    const store = forgetful();
    const report = `<<<a:persist(${AT + 100})>>>\n1\n<<<b>>>\n2\n`;
    expect(after(store, AT, report).hosts[""]).toEqual({ a: "1", b: "2" });
    expect(after(store, AT + 60, "<<<c>>>\n3\n").hosts[""]).toEqual({ a: "1 since 0", c: "3" });
    expect(after(store, AT + 99, "").hosts[""]).toEqual({ a: "1 since 0" });
    expect(after(store, AT + 100, "").hosts[""]).toEqual({});
    expect(store.sections("web1")).toBeUndefined();
  });

  test("makes way for what comes again, even if that is not to be kept", () => {
    const store = forgetful();
    after(store, AT, `<<<a:persist(${AT + 100})>>>\n1\n`);
    expect(after(store, AT + 10, `<<<a:persist(${AT + 50})>>>\n2\n`).hosts[""]).toEqual({ a: "2" });
    expect(after(store, AT + 20, "").hosts[""]).toEqual({ a: "2 since 10" });
    expect(after(store, AT + 30, "<<<a>>>\n3\n").hosts[""]).toEqual({ a: "3" });
    expect(after(store, AT + 31, "").hosts[""]).toEqual({});
  });

  test("keeps its options, and the age that it states itself", () => {
    const store = forgetful();
    const header = `<<<a:sep(124):cached(${AT - 40},90):persist(${AT + 100})>>>`;
    after(store, AT, `${header}\n1|2\n`);
    expect(after(store, AT + 5, "").hosts[""]).toEqual({ a: "1 2 since -40" });
  });

  test("is of its host alone, and of others only while they are spoken of", () => {
    const store = forgetful();
    after(store, AT, `<<<<vm1>>>>\n<<<a:persist(${AT + 100})>>>\n1\n<<<<>>>>\n<<<b>>>\n`);
    expect(after(store, AT + 10, "<<<b>>>\n2\n").hosts).toEqual({ "": { b: "2" } });
    expect(after(store, AT + 20, "<<<<vm2>>>>\n<<<c>>>\n3\n").hosts).toEqual({
      ...{ "": {}, vm2: { c: "3" } },
    });
    expect(after(store, AT + 30, "<<<<vm1>>>>\n<<<c>>>\n4\n").hosts["vm1"]).toEqual({
      ...{ a: "1 since 0", c: "4" },
    });
  });
});

test.each([AT, AT - 1, 0, -5, AT * 1000, AT + 400 * 86_400, 2 ** 53 - 1])(
  "a section is not kept until %d",
  (until) => {
    const store = forgetful();
    expect(after(store, AT, `<<<a:persist(${until})>>>\n1\n`).hosts[""]).toEqual({ a: "1" });
    expect(store.sections("web1")).toBeUndefined();
    expect(after(store, AT + 1, "").hosts[""]).toEqual({});
  },
);

test("a clock that is put back far does not keep a section for ever", () => {
  const store = forgetful();
  after(store, AT, `<<<a:persist(${AT + 100})>>>\n1\n`);
  expect(after(store, AT - 400 * 86_400, "").hosts[""]).toEqual({});
});

test("a store is not written where nothing has changed", () => {
  let writes = 0;
  const store = forgetful();
  const counting: Store = {
    ...store,
    keepSections(host, text) {
      writes++;
      store.keepSections(host, text);
    },
  };
  after(counting, AT, "<<<a>>>\n1\n");
  expect(writes).toBe(0);
  after(counting, AT, `<<<a:persist(${AT + 100})>>>\n1\n`);
  for (let i = 1; i < 9; i++) after(counting, AT + i, "<<<b>>>\n");
  expect(writes).toBe(1);
});

describe("what is kept has a bound", () => {
  test("for a host and all whom it speaks for; what did not fit is counted", () => {
    const store = forgetful();
    const section = (i: number) => `<<<s${i}:persist(${AT + 100})>>>\n${"x".repeat(1_000_000)}\n`;
    const own = [0, 1].map(section).join("");
    const guests = [0, 1, 2, 3].map((i) => `<<<<vm${i}>>>>\n${section(i)}`).join("");
    expect(after(store, AT, own + guests).dropped).toBe(2);
    expect(store.sections("web1")!.length).toBeLessThan(4 * 2 ** 20);
    const { hosts } = after(store, AT + 1, "<<<<vm1>>>>\n<<<<vm2>>>>\n<<<<>>>>\n");
    expect(Object.keys(hosts[""]!)).toEqual(["s0", "s1"]);
    expect(Object.keys(hosts["vm1"]!)).toEqual(["s1"]);
    expect(Object.keys(hosts["vm2"]!)).toEqual([]);
  });

  test("however often names change", () => {
    const store = forgetful();
    for (let poll = 0; poll < 12; poll++)
      after(store, AT + poll, `<<<s${poll}:persist(${AT + 900})>>>\n${"x".repeat(1_000_000)}\n`);
    expect(store.sections("web1")!.length).toBeLessThan(4 * 2 ** 20);
  });
});

test("whatever bytes a section has, they are the same when it is used again", () => {
  const line = fc.uint8Array({ maxLength: 40 }).map((bytes) => {
    const text = Buffer.from(bytes).map((byte) => (byte === 10 || byte === 60 ? 32 : byte));
    return Buffer.concat([text, Buffer.from("\n")]);
  });
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const store = forgetful();
      const body = Buffer.concat(lines);
      const report = Buffer.concat([Buffer.from(`<<<a:persist(${AT + 9})>>>\n`), body]);
      withPersisted("web1", parse(report).hosts, AT, store);
      const [own] = withPersisted("web1", parse(Buffer.alloc(0)).hosts, AT + 1, store).hosts;
      expect(Buffer.from(own!.parts[0]!.bytes)).toEqual(body);
    }),
  );
});
