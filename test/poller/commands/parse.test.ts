import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseFile } from "../../../poller/commands/parse.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "roundsman-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function saved(text: string): Promise<string> {
  const path = join(folder, "report.txt");
  await writeFile(path, text);
  return path;
}

const REPORT = `<<<check_mk>>>
Version: 1.0
Hostname: web1

<<<df:sep(9):cached(1700000000,60)>>>
<<<<vm1>>>>
<<<df>>>
/dev/sda1 1 2
<<<<>>>>
<<<check_mk>>>
AgentOS: linux
`;

describe("parse FILE", () => {
  test("--json lists hosts, and every header with its options and its lines", async () => {
    expect(JSON.parse(await parseFile(await saved(REPORT), { json: true }))).toEqual({
      hosts: [
        {
          host: "",
          sections: [
            { name: "check_mk", options: {}, lines: 2 },
            { name: "df", options: { sep: "9", cached: "1700000000,60" }, lines: 0 },
            { name: "check_mk", options: {}, lines: 1 },
          ],
        },
        { host: "vm1", sections: [{ name: "df", options: {}, lines: 1 }] },
      ],
    });
  });

  test("without it prints a table per host", async () => {
    expect(await parseFile(await saved(REPORT), { json: false })).toBe(`host: the sender
section   lines  bytes  options
check_mk      2     29
df            0      0  sep(9) cached(1700000000,60)
check_mk      1     15

host: vm1
section  lines  bytes  options
df           1     14
`);
  });

  test("says what was left out, and that the end is missing", async () => {
    const path = await saved("<<<a>>>\n<<<<v>>>>\n<<<b:encoding(klingon)>>>\nx\n<<<c-d>>>\ntorn");
    const text = await parseFile(path, { json: false });
    expect(text.split("\n\n").at(-1)).toBe(
      [
        "truncated: the end of the report is missing",
        "left out of v: <<<b:encoding(klingon)>>> (unknown encoding)",
        "left out of v: <<<c-d>>> (not a section header)",
        "",
      ].join("\n"),
    );
  });

  test("lets no report control the terminal", async () => {
    const path = await saved("<<<a:x(\u001b[31m)>>>\n<<<b\u009b2J>>>\n");
    const text = await parseFile(path, { json: false });
    expect(text).toContain("x(\ufffd[31m)");
    expect(text).not.toMatch(/[^\n\P{Cc}]/u);
  });

  test("counts a last line without a newline", async () => {
    const text = await parseFile(await saved("<<<a>>>\n1\n2"), { json: true });
    expect(JSON.parse(text)).toEqual({
      hosts: [{ host: "", sections: [{ name: "a", options: {}, lines: 2 }] }],
    });
  });

  test("rejects with one line where there is no such file", async () => {
    await expect(parseFile(join(folder, "none"), { json: true })).rejects.toThrow(
      /^cannot read .*none: no such file$/,
    );
  });
});
