import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { assignments } from "../../agent/shell.ts";

test("the real agent's encryption.cfg", () => {
  const text = "# made by hand\nENCRYPTED=yes\nPASSPHRASE='s3cret words' # and why\n";
  expect([...assignments(text)]).toEqual([
    ["ENCRYPTED", "yes"],
    ["PASSPHRASE", "s3cret words"],
  ]);
});

test.each([
  ["a", "a"],
  ["", ""],
  ["a#b", "a#b"],
  ["'a $b `c` \\'", "a $b `c` \\"],
  ['"a \\$b \\"c\\" d\\e"', 'a $b "c" d\\e'],
  ["'it'\\''s'", "it's"],
  ["a\\ b", "a b"],
  ["a;", "a"],
  ["a ; # b", "a"],
])("A=%s assigns %j", (text, value) => {
  expect(assignments(`  export A=${text}\n`).get("A")).toBe(value);
});

test.each(["$B", "a`b`", '"$B"', '"x\\\\$B"', "'open", '"open', "a(b)", "a b", " a", "~/a"])(
  "what only a shell can tell is not guessed: A=%s",
  (text) => {
    expect([...assignments(`A=${text}\n`)]).toEqual([["A", undefined]]);
  },
);

test("what it tells is what a shell says", () => {
  const word = fc.stringMatching(/^['"\\a $#~=;&|<>()!*-]{0,12}$/);
  fc.assert(
    fc.property(word, (text) => {
      const value = assignments(`A=${text}`).get("A");
      if (value === undefined) return;
      const script = `A=${text}\nprintf %s "$A"`;
      const said = execFileSync("/bin/sh", ["-c", script], { stdio: "pipe" });
      expect(said.toString()).toBe(value);
    }),
    { numRuns: 300 },
  );
});
