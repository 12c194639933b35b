import { describe, expect, test } from "vitest";
import { joinReport, type ReportParts } from "../../agent/report.ts";

const textOf = (parts: Partial<ReportParts>): string =>
  joinReport({ at: 0, sections: [], appended: [], accounts: [], ...parts }).bytes.toString(
    "latin1",
  );
const END = '<<<roundsman_agent:sep(0)>>>\n{"end":true,"sections":0}\n';

describe("a report", () => {
  test("ends with how each section and script went, and that nothing was cut off", () => {
    const accounts = [
      { section: "mem", at: 1763665200.0034, seconds: 0.00149 },
      { section: "ps_lnx", at: 1763665200.0111, seconds: 2, error: "took too long" },
      { section: "df_v2" },
      { script: "plugins/300/inventory", at: 1763665199, seconds: 60, error: "exit code 1" },
    ];
    const sections = [{ name: "mem", body: "MemTotal: 1 kB\n" }];
    expect(textOf({ sections, accounts })).toBe(
      "<<<mem>>>\nMemTotal: 1 kB\n" +
        "<<<roundsman_agent:sep(0)>>>\n" +
        '{"section":"mem","at":1763665200.003,"seconds":0.001}\n' +
        '{"section":"ps_lnx","at":1763665200.011,"seconds":2,"error":"took too long"}\n' +
        '{"section":"df_v2"}\n' +
        '{"script":"plugins/300/inventory","at":1763665199,"seconds":60,"error":"exit code 1"}\n' +
        '{"end":true,"sections":1}\n',
    );
  });

  test("gives each part a header of its own, and all the age of the section", () => {
    const body = [{ text: "1: lo\n" }, { text: "[lo]", separator: 58 }];
    const section = { name: "lnx_if", body, cached: { at: 1763665200, interval: 10 } };
    expect(textOf({ sections: [section] })).toMatch(
      "<<<lnx_if:cached(1763665200,10)>>>\n1: lo\n" +
        "<<<lnx_if:sep(58):cached(1763665200,10)>>>\n[lo]\n<<<roundsman_agent",
    );
  });

  test("keeps an empty section, and begins each header on a line of its own", () => {
    const sections = [
      { name: "systemd_units", body: "" },
      { name: "labels", separator: 0, body: "{}" },
    ];
    expect(textOf({ sections })).toMatch(/^<<<systemd_units>>>\n<<<labels:sep\(0\)>>>\n\{\}\n<<<r/);
  });

  test("carries bytes as they are", () => {
    const body = Buffer.from("Größe \xff\n", "latin1").toString("latin1");
    const { bytes } = joinReport({
      at: 0,
      sections: [{ name: "x", body }],
      appended: [],
      accounts: [],
    });
    expect(bytes.indexOf(Buffer.from("Gr\xf6\xdfe \xff\n", "latin1"))).toBe(8);
  });

  test("lets no body of a section forge a header", () => {
    const body = "a\n<<<mem>>>\n<<<<other>>>>\n <<<x>>>\n";
    expect(textOf({ sections: [{ name: "mounts", body }] })).toBe(
      `<<<mounts>>>\na\n <<<mem>>>\n <<<<other>>>>\n <<<x>>>\n${END.replace("0}", "1}")}`,
    );
  });

  test("carries texts with headers of their own after the sections, as they are", () => {
    const appended = ["<<<local:sep(0)>>>\n0 a - fine\n", "<<<<vm1>>>>\n<<<esx>>>\nx\n<<<<>>>>\n"];
    expect(textOf({ appended })).toBe(appended.join("") + END);
  });

  test("keeps what an error says on one line of ASCII", () => {
    const line = textOf({ accounts: [{ section: "x", error: "no\n<<<mem>>> ü\u2028" }] });
    expect(line.split("\n")).toContain(
      String.raw`{"section":"x","error":"no\n<<<mem>>> \u00fc\u2028"}`,
    );
  });

  test("tells its maker when it was delivered", () => {
    let times = 0;
    const delivered = (): number => ++times;
    joinReport({ at: 0, sections: [], appended: [], accounts: [], delivered }).delivered();
    expect(times).toBe(1);
  });
});
