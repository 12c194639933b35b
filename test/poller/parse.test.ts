import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LIMITS, parse, type HostReport, type ParseOptions } from "../../poller/parse.ts";
import { MAX_LINE_BYTES } from "../../poller/rows.ts";

type Rows = readonly (readonly string[])[];

const bytes = (...lines: readonly string[]): Buffer => Buffer.from([...lines, ""].join("\n"));

const sectionsOf = ({ sections }: HostReport): Record<string, Rows> =>
  Object.fromEntries(Array.from(sections, ([name, { rows }]) => [name, [...rows]]));

/** `{ host: { section: rows } }`, the sender under "". */
const read = (report: Buffer, options?: ParseOptions): Record<string, Record<string, Rows>> =>
  Object.fromEntries(
    parse(report, options).hosts.map((report) => [report.host, sectionsOf(report)]),
  );

/** The sender's sections. */
const own = (...lines: readonly string[]): Record<string, Rows> => read(bytes(...lines))[""] ?? {};

const refusals = (report: Buffer): string[] =>
  parse(report).refused.map(({ host, header, reason }) => `${host}|${header}|${reason}`);

describe("lines", () => {
  test("are split at runs of blanks, or at the separator with every field kept as it is", () => {
    expect(own("<<<a>>>", "  one \t two  ", "<<<b:sep(124)>>>", " x| y ||z ")).toEqual({
      a: [["one", "two"]],
      b: [["x", " y ", "", "z"]],
    });
  });

  test("end at a newline alone; returns before it are not theirs", () => {
    expect(own("<<<a:sep(0)>>>\r", "one\r", "two\rthree\r\r")).toEqual({
      a: [["one"], ["two\rthree"]],
    });
  });

  test("that are blank reach no section, not even one that is not stripped", () => {
    expect(own("<<<a:nostrip()>>>", "", " \t ", "\r", "\v\f", "x")).toEqual({ a: [["x"]] });
  });

  test("keep the blanks at their ends under nostrip, but not a return", () => {
    const [host] = parse(bytes("<<<a:sep(58):nostrip()>>>", " x : y \r", "<<<b>>>", " z ")).hosts;
    expect([...host!.sections.get("a")!.rows.lines()]).toEqual([" x : y "]);
    expect([...host!.sections.get("a")!.rows]).toEqual([[" x ", " y "]]);
    expect([...host!.sections.get("b")!.rows.lines()]).toEqual(["z"]);
  });

  test("know the blanks that Python knows", () => {
    expect(own("<<<a>>>", "\u3000one\u00a0two\u001cthree\u2003four\u0085", "\u00a0")).toEqual({
      a: [["one", "two", "three", "four"]],
    });
    expect(own("<<<a>>>", "\ufeffone two")).toEqual({ a: [["\ufeffone", "two"]] });
  });

  test("before the first header belong to nothing", () => {
    expect(own("Trying 127.0.0.1...", "<<<a>>>", "1")).toEqual({ a: [["1"]] });
    expect(own("no header at all")).toEqual({});
  });

  test("can be read again", () => {
    const section = parse(bytes("<<<a>>>", "1", "2")).hosts[0]?.sections.get("a");
    expect([...section!.rows]).toEqual([...section!.rows]);
  });

  test("in another encoding are decoded as their header says, one by one", () => {
    const report = Buffer.concat([
      Buffer.from("<<<a:encoding(cp437)>>>\nT"),
      Buffer.from([0x81]),
      Buffer.from("r\n<<<b>>>\nü\n"),
      Buffer.from([0xfc, 10]),
    ]);
    expect(read(report)[""]).toEqual({ a: [["Tür"]], b: [["ü"], ["ü"]] });
  });
});

describe("headers", () => {
  test("stand at the very start of a line and end it", () => {
    expect(own("<<<a>>>", " <<<b>>>", "<<<b>>> ", "<<<b", "<<b>>>")).toEqual({
      a: [["<<<b>>>"], ["<<<b>>>"], ["<<<b"], ["<<b>>>"]],
    });
  });

  test("of one name make one section, each part split as its own header says", () => {
    expect(own("<<<a>>>", "1 2", "<<<b>>>", "<<<a:sep(58)>>>", "3:4 5", "<<<a>>>", "6:7")).toEqual({
      a: [["1", "2"], ["3", "4 5"], ["6:7"]],
      b: [],
    });
  });

  test("are kept one by one beside the section that they make", () => {
    const [host] = parse(bytes("<<<a>>>", "1", "", "2", "<<<b>>>", "<<<a:sep(0)>>>", "3")).hosts;
    expect(host?.parts.map((part) => [part.header.name, part.countLines()])).toEqual([
      ["a", 2],
      ["b", 0],
      ["a", 1],
    ]);
  });

  test("state an age, the last one for all parts", () => {
    const [host] = parse(
      bytes(
        "<<<a:cached(1,2)>>>",
        "<<<a:cached(3,4):persist(5)>>>",
        "<<<b:persist(6)>>>",
        "<<<c>>>",
      ),
    ).hosts;
    expect(host?.sections.get("a")).toMatchObject({ cached: { at: 3, interval: 4 }, persist: 5 });
    expect(host?.sections.get("b")).toMatchObject({ persist: 6 });
    expect(host?.sections.get("c")?.cached).toBeUndefined();
  });

  test("that are empty or have options only end a section", () => {
    expect(own("<<<a>>>", "1", "<<<>>>", "lost", "<<<b>>>", "2", "<<<:sep(0)>>>", "lost")).toEqual({
      a: [["1"]],
      b: [["2"]],
    });
  });

  test.each([
    ["<<<a-b>>>", "not a section header"],
    ["<<<a:sep(x)>>>", "not a section header"],
    ["<<<a:cached(1)>>>", "not a section header"],
    ["<<<a:encoding(klingon)>>>", "unknown encoding"],
    [`<<<${"a".repeat(LIMITS.headerBytes)}>>>`, `longer than ${LIMITS.headerBytes} bytes`],
  ])("that cannot be used cost their own section alone: %s", (header, reason) => {
    const report = bytes("<<<before>>>", "1", header, "lost", "<<<after>>>", "2");
    expect(read(report)[""]).toEqual({ before: [["1"]], after: [["2"]] });
    expect(refusals(report)).toEqual([`|${header.slice(0, 120)}|${reason}`]);
  });

  test("that are not UTF-8 are refused", () => {
    const report = Buffer.from("<<<a:x(\xff)>>>\nlost\n<<<b>>>\n", "latin1");
    expect(read(report)[""]).toEqual({ b: [] });
    expect(refusals(report)).toEqual(["|<<<a:x(ÿ)>>>|not UTF-8"]);
  });
});

describe("piggyback", () => {
  test("gives sections to another host until the sender's turn comes again", () => {
    const report = bytes("<<<a>>>", "1", "<<<<vm1>>>>", "lost", "<<<a>>>", "2", "<<<<>>>>", "lost");
    expect(read(Buffer.concat([report, bytes("<<<b>>>", "3")]))).toEqual({
      "": { a: [["1"]], b: [["3"]] },
      vm1: { a: [["2"]] },
    });
  });

  test("blocks of one host are merged, and the sender comes first", () => {
    const report = bytes("<<<<v>>>>", "<<<a>>>", "1", "<<<<w>>>>", "<<<<v>>>>", "<<<a>>>", "2");
    expect(read(report)).toEqual({ "": {}, v: { a: [["1"], ["2"]] }, w: {} });
    expect(parse(report).hosts.map(({ host }) => host)).toEqual(["", "v", "w"]);
  });

  test("stays with its host at footers and at headers that are refused", () => {
    const report = bytes("<<<<v>>>>", "<<<a>>>", "<<<>>>", "<<<b>>>", "<<<b-c>>>", "x", "<<<d>>>");
    expect(read(report)).toEqual({ "": {}, v: { a: [], b: [], d: [] } });
    expect(refusals(report)).toEqual(["v|<<<b-c>>>|not a section header"]);
  });

  test("in the sender's own name is the sender, within another host's block, too", () => {
    const report = bytes("<<<<v>>>>", "<<<a>>>", "<<<<web1>>>>", "<<<b>>>", "1");
    expect(read(report, { own: "web1" })).toEqual({ "": { b: [["1"]] }, v: { a: [] } });
    expect(read(report)["web1"]).toEqual({ b: [["1"]] });
  });

  test.each([
    ["pig gy/1", "pig_gy_1"],
    ["../../etc", ".._.._etc"],
    ["wéb", "w_b"],
    ["💾.example", "_.example"],
    ["fe80::1", "fe80::1"],
    ['v"}\\x', "v___x"],
  ])("makes a host name of %j", (sent, host) => {
    expect(Object.keys(read(bytes(`<<<<${sent}>>>>`)))).toEqual(["", host]);
  });

  test.each([".", "..", "x".repeat(254)])("of no host is left out: %s", (name) => {
    const report = bytes(`<<<<${name}>>>>`, "<<<a>>>", "1", "<<<<v>>>>", "<<<a>>>", "2");
    expect(read(report)).toEqual({ "": {}, v: { a: [["2"]] } });
    expect(refusals(report)).toEqual([`|${`<<<<${name}>>>>`.slice(0, 120)}|not a host name`]);
  });
});

describe("the end", () => {
  const ours = bytes(
    "<<<check_mk>>>",
    "Version: roundsman-1.0.0",
    "Agent: roundsman 1.0.0",
    "<<<mem>>>",
    "MemTotal: 1 kB",
    "<<<roundsman_agent:sep(0)>>>",
    '{"section":"mem"}',
    '{"end":true,"sections":2}',
  );

  test("of a report that came whole", () => {
    expect(parse(bytes("<<<a>>>", "1")).truncated).toBe(false);
    expect(parse(ours).truncated).toBe(false);
    expect(parse(Buffer.alloc(0))).toEqual({
      hosts: [{ host: "", sections: new Map(), parts: [] }],
      truncated: false,
      refused: [],
      cut: { headers: 0, sections: 0, piggyback_hosts: 0, line_length: 0 },
    });
  });

  test("within a line: the torn line is not used, unless that is wanted", () => {
    const torn = Buffer.from("<<<a>>>\n1\n2");
    expect(parse(torn).truncated).toBe(true);
    expect(read(torn)).toEqual({ "": { a: [["1"]] } });
    expect(read(torn, { tornLine: "keep" })).toEqual({ "": { a: [["1"], ["2"]] } });
    expect(read(Buffer.from("<<<a>>>"))).toEqual({ "": {} });
  });

  test("of a report of our own agent is known by its last line, wherever it was cut", () => {
    const begin = ours.indexOf("Agent: roundsman") + "Agent: roundsman 1.0.0\n".length;
    for (let cut = begin; cut < ours.length; cut++)
      expect(parse(ours.subarray(0, cut)).truncated, String(cut)).toBe(true);
  });

  test("of our own agent's report is told without its check_mk section, too", () => {
    expect(parse(bytes("<<<roundsman_agent:sep(0)>>>", "{}")).truncated).toBe(true);
    expect(parse(bytes("<<<check_mk>>>", "NotAgent: roundsman")).truncated).toBe(false);
  });
});

describe("bounds", () => {
  const many = (count: number, line: (index: number) => string): Buffer =>
    bytes(...Array.from({ length: count }, (_, index) => line(index)));

  test("no more headers than the limit are read", () => {
    const { hosts, refused, cut } = parse(many(LIMITS.headers + 5, () => "<<<s>>>"));
    expect(hosts[0]?.parts).toHaveLength(LIMITS.headers);
    expect(cut.headers).toBe(1);
    expect(refused).toEqual([
      {
        host: "",
        header: "<<<s>>>",
        reason: `more than ${LIMITS.headers} headers; the rest is not read`,
      },
    ]);
  });

  test("no more sections of a host than the limit are read", () => {
    const { hosts, refused, cut } = parse(many(LIMITS.sections + 5, (index) => `<<<s${index}>>>`));
    expect(hosts[0]?.sections.size).toBe(LIMITS.sections);
    expect(cut.sections).toBe(5);
    expect(refused.map(({ header }) => header)).toEqual([`<<<s${LIMITS.sections}>>>`]);
  });

  test("no more piggybacked hosts than the limit are taken, those known still are", () => {
    const report = many(LIMITS.piggybackHosts + 2, (index) => `<<<<v${index}>>>>\n<<<a>>>\n1`);
    const { hosts, refused } = parse(Buffer.concat([report, bytes("<<<<v0>>>>", "<<<b>>>")]));
    expect(hosts).toHaveLength(LIMITS.piggybackHosts + 1);
    expect([...(hosts[1]?.sections.keys() ?? [])]).toEqual(["a", "b"]);
    expect(refused.map(({ header }) => header)).toEqual([
      `<<<<v${LIMITS.piggybackHosts}>>>>`,
      `<<<<v${LIMITS.piggybackHosts + 1}>>>>`,
    ]);
  });

  test("a line that is too long is left out and named", () => {
    const report = bytes("<<<a>>>", "1", "x".repeat(MAX_LINE_BYTES + 1), "2");
    expect(read(report)[""]).toEqual({ a: [["1"], ["2"]] });
    expect(refusals(report)).toEqual([`|<<<a>>>|a line is longer than ${MAX_LINE_BYTES} bytes`]);
    const just = bytes("<<<a>>>", "1", "x".repeat(MAX_LINE_BYTES), "2");
    expect(read(just)[""]?.["a"]).toHaveLength(3);
    expect(refusals(just)).toEqual([]);
  });

  describe("too many lines", () => {
    const half = LIMITS.lines / 2;
    const sectionsOf = (counts: Readonly<Record<string, number>>) => {
      const all = Object.entries(counts).map(([name, n]) => `<<<${name}>>>\n${"1\n".repeat(n)}`);
      const { sections } = parse(Buffer.from(all.join(""))).hosts[0]!;
      return (name: string) => sections.get(name)!;
    };

    test("cost the longest section of a report, and no other", () => {
      const section = sectionsOf({ a: half, b: half + 1, c: 1 });
      expect(() => [...section("b").rows]).toThrow("too many lines in the report");
      expect([...section("c").rows]).toHaveLength(1);
      expect([...section("a").rows]).toHaveLength(half);
    });

    test("cost the same section whatever is read of the others", () => {
      for (const read of [[], ["a"], ["c", "a", "a", "a"]]) {
        const section = sectionsOf({ a: half, b: half + 1, c: 1 });
        for (const name of read) expect([...section(name).rows]).not.toEqual([]);
        expect(() => [...section("b").rows]).toThrow("too many lines in the report");
        expect([...section("a").rows]).toHaveLength(half);
      }
    });

    test("of one host cost nothing of another one", () => {
      const [a, b] = [`<<<a>>>\n${"1\n".repeat(half + 1)}`, `<<<b>>>\n${"1\n".repeat(half)}`];
      const { hosts } = parse(Buffer.from(`${a}<<<<vm>>>>\n${b}<<<<>>>>\n`));
      expect(hosts.map(({ parts }) => [...parts[0]!].length)).toEqual([half + 1, half]);
    });

    test("are none where there are just as many as may be", () => {
      const section = sectionsOf({ a: half, b: half - 3, c: 0 });
      expect([...section("a").rows, ...section("b").rows]).toHaveLength(LIMITS.lines - 3);
    });

    test("tell a section whose lines are refused from the same one whose lines are read", () => {
      const [few, many] = [sectionsOf({ a: half }), sectionsOf({ a: half, b: half - 1, c: 3 })];
      expect([few("a").hash(), many("b").hash()]).toEqual([
        sectionsOf({ a: half })("a").hash(),
        sectionsOf({ b: half - 1 })("b").hash(),
      ]);
      expect(many("a").hash()).not.toBe(few("a").hash());
    });
  });

  test("a long run of blanks within a line does not cost its square", () => {
    const report = bytes("<<<a>>>", `x${" ".repeat(MAX_LINE_BYTES / 2)}y\u00a0`);
    expect(read(report)[""]).toEqual({ a: [["x", "y"]] });
  });

  test("only the first refusals are kept", () => {
    expect(parse(many(100, () => "<<<a-b>>>")).refused).toHaveLength(LIMITS.refusals);
  });
});

describe("whatever the bytes", () => {
  const word = fc.stringMatching(/^[!-;=?-~]{1,8}$/);
  const header = fc
    .record({ name: fc.constantFrom("a", "b", "c_1"), separator: fc.constantFrom("", ":sep(0)") })
    .map(({ name, separator }) => `<<<${name}${separator}>>>`);
  const line = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(" "));
  const host = fc.constantFrom("<<<<v>>>>", "<<<<w>>>>", "<<<<>>>>");
  const report = fc
    .array(fc.oneof({ weight: 6, arbitrary: line }, { weight: 3, arbitrary: header }, host))
    .map((lines) => bytes(...lines));
  const debris = fc.oneof(
    fc.constantFrom("<<<", ">>>", "<<<<", ">>>>", "\n", "\n<<<a", "\r", "\0", ":sep(", ")", " "),
    fc.constantFrom("<<<a>>>\n", "<<<<v>>>>\n", "<<<a:encoding(cp437)>>>\n", "<<<:>>>\n"),
    fc.uint8Array({ maxLength: 8 }).map((some) => Buffer.from(some).toString("latin1")),
  );

  test("nothing is thrown, and lines are counted as they are read", () => {
    fc.assert(
      fc.property(fc.array(debris, { maxLength: 60 }), (pieces) => {
        for (const { sections } of parse(Buffer.from(pieces.join(""), "latin1")).hosts)
          for (const { rows } of sections.values())
            expect([...rows]).toHaveLength([...rows.lines()].length);
      }),
    );
  });

  test("each line comes back from its fields", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 6 }), (fields) => {
        const line = fields.join("|").replace(/[\n\r]/g, "");
        const section = parse(bytes("<<<a:sep(124):nostrip()>>>", `-${line}-`)).hosts[0]?.sections;
        expect([...section!.get("a")!.rows].map((row) => row.join("|"))).toEqual([
          Buffer.from(`-${line}-`).toString(),
        ]);
      }),
    );
  });

  test("what came before a cut is as it was; only the last part may have lost lines", () => {
    const partsOf = (report: Buffer) =>
      parse(report)
        .hosts.flatMap(({ host, parts }) => parts.map((part) => ({ host, part })))
        .sort((one, other) => one.part.bytes.byteOffset - other.part.bytes.byteOffset)
        .map(({ host, part }) => ({ host, header: part.header, lines: [...part.lines()] }));
    fc.assert(
      fc.property(report, fc.nat(), (whole, at) => {
        const cut = whole.subarray(0, at % (whole.length + 1));
        const all = partsOf(whole);
        const left = partsOf(cut);
        const last = left.pop();
        expect(left).toEqual(all.slice(0, left.length));
        const torn = all[left.length];
        if (last) expect(last).toEqual({ ...torn, lines: torn?.lines.slice(0, last.lines.length) });
        expect(left.length + (last ? 1 : 0)).toBe(
          cut.toString().match(/^<<<\w+(:sep\(0\))?>>>\n/gm)?.length ?? 0,
        );
      }),
    );
  });

  test("two reports in a row say what both say", () => {
    fc.assert(
      fc.property(report, report, (first, second) => {
        const fresh = bytes("<<<<>>>>");
        const both = read(Buffer.concat([first, fresh, second]));
        const [one, two] = [read(first), read(Buffer.concat([fresh, second]))];
        for (const host of new Set([...Object.keys(one), ...Object.keys(two)]))
          for (const name of ["a", "b", "c_1"])
            expect(both[host]?.[name] ?? []).toEqual([
              ...(one[host]?.[name] ?? []),
              ...(two[host]?.[name] ?? []),
            ]);
      }),
    );
  });

  test("the end of one report and the start of another spoil nothing but the seam", () => {
    fc.assert(
      fc.property(report, report, fc.nat(), fc.nat(), (first, second, cut, skip) => {
        const head = first.subarray(0, cut % (first.length + 1));
        const tail = second.subarray(skip % (second.length + 1));
        const spliced = read(Buffer.concat([head, tail]));
        for (const [host, sections] of Object.entries(read(head)))
          for (const [name, rows] of Object.entries(sections))
            expect(spliced[host]?.[name]?.slice(0, rows.length)).toEqual(rows);
      }),
    );
  });
});
