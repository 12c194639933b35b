import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { shownConfig } from "../../poller/http/config_shown.ts";
import {
  MAX_NESTING,
  withoutExcerpt,
  YamlError,
  yamlDocument,
  yamlValue,
} from "../../poller/yaml_text.ts";
import { bin } from "../dist.ts";
import { top } from "../peers.ts";
import { runProgram, temporaryFolder } from "../programs.ts";

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

const refusalOf = (text: string): unknown => {
  try {
    yamlValue(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    return [error.line, error.message];
  }
};

describe("a text that nests too deeply is refused, with the line where it does so", () => {
  const deeper = MAX_NESTING + 1;
  const indented = (opening: string): string =>
    Array.from({ length: 2 * deeper }, (_, i) => `${" ".repeat(i)}${opening}\n`).join("");
  test.each([
    ["lists", "[".repeat(deeper)],
    ["lists that are closed", nested(deeper)],
    ["mappings", "{a: ".repeat(deeper)],
    ["items on one line", "- ".repeat(deeper)],
    ["keys that are told to be some", "? ".repeat(deeper)],
    ["mappings on one line", "a: ".repeat(deeper)],
    ["what has tags", "!!a [".repeat(deeper)],
    ["what has anchors", "&a [".repeat(deeper)],
    ["quotes that close nothing", `["]", `.repeat(deeper)],
    ["apostrophes in words", `[it's, `.repeat(deeper)],
  ])("%s", (_, text) => {
    expect(refusalOf(`# one\n- "\n  "\n- ${text}`)).toEqual([4, "nested too deeply"]);
  });

  test.each(["a:", "-", "?", "- a:"])("%s, each under the last", (opening) => {
    expect(refusalOf(indented(opening))).toEqual([expect.any(Number), "nested too deeply"]);
  });

  test("a config that is shown too", () => {
    expect(() => shownConfig(`hosts: ${nested(deeper)}`)).toThrow("nested too deeply");
  });
});

test("a text that nests as deeply as may be is read", () => {
  expect(JSON.stringify(yamlValue(nested(MAX_NESTING)))).toBe(nested(MAX_NESTING));
  expect(
    yamlValue(`a: |\n  ${"[".repeat(1000)}\nb: "${"{".repeat(1000)}"\n# ${"[".repeat(1000)}\n`),
  ).toEqual({ a: `${"[".repeat(1000)}\n`, b: "{".repeat(1000) });
  const long = "- [a, [b]]\n".repeat(1000);
  expect(yamlValue(long)).toHaveLength(1000);
});

test("what is amiss is told with its line", () => {
  expect(refusalOf("a: 1\nb: [\n")).toEqual([3, expect.stringContaining("Flow sequence")]);
  expect(refusalOf("a: 1\n---\nb: 1\n")).toEqual([2, "more than one document"]);
  expect([yamlValue(""), yamlValue("a: 1\n")]).toEqual([null, { a: 1 }]);
  expect(yamlDocument("a: 1").errors).toEqual([]);
});

test("a process that reads such texts again and again lives", async () => {
  const folder = temporaryFolder();
  const lists = ["[", "- ", "? ", "!!a [", "{a: "].map((opening, i) => {
    const file = join(folder, `${i}.yaml`);
    writeFileSync(file, opening.repeat(2000));
    return file;
  });
  const config = join(folder, "p.yml");
  writeFileSync(config, `hosts: []\nfile_sd: [{ files: [${join(folder, "*.yaml")}] }]\n`);
  const check = (file: string): Promise<unknown> =>
    runProgram(process.execPath, [bin("roundsman-poller"), "config", "check", "--config", file]);
  await expect(check(config)).rejects.toMatchObject({
    code: 2,
    stdout: expect.stringContaining(
      lists.map((file) => `error    ${file}:1: nested too deeply\n`).join(""),
    ) as unknown,
  });
  await expect(check(lists[0] ?? "")).rejects.toMatchObject({
    code: 2,
    stdout: expect.stringContaining(`error    ${lists[0]}:1: nested too deeply\n`) as unknown,
  });
}, 60_000);

test("nothing else reads YAML", () => {
  const sources = readdirSync(join(top, "poller"), { recursive: true, encoding: "utf8" });
  const readers = sources.filter(
    (path) =>
      path.endsWith(".ts") &&
      /\b(parse|parseDocument|parseAllDocuments|Composer)\b[^;]*\} from "yaml"/.test(
        readFileSync(join(top, "poller", path), "utf8"),
      ),
  );
  expect(readers).toEqual(["yaml_text.ts"]);
});

test.each([
  'Unexpected scalar token in YAML stream: "hunter2"',
  "Not a YAML token: hunter2\nhunter2",
  "The !hunter2 tag has no suffix",
])("of what the parser says what it quotes is left out: %j", (message) => {
  expect(withoutExcerpt(message)).not.toContain("hunter2");
  expect(withoutExcerpt("The tag is in the way: x")).toBe("The tag is in the way: x");
});
