import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkLine, parseCheck } from "../../../agent/scripts/mrpe.ts";
import { program, root, testWith } from "../../peers.ts";
import { lives, until } from "../../waitmax/programs.ts";
import { house, statusOf } from "../house.ts";

const AT = 1_700_000_000;

test.each([
  ["A /bin/check -w 1", { item: "A", command: "/bin/check -w 1" }],
  ["A\t\t/bin/check\t-w 1", { item: "A", command: "/bin/check\t-w 1" }],
  ["My%20check true", { item: "My%20check", command: "true" }],
  ["A (interval=300) x 'y  z'", { item: "A", command: "x 'y  z'", interval: 300 }],
  ["A (appendage=yes:interval=5:b) x", { item: "A", command: "x", interval: 5 }],
  ["A (appendage=yes) x (y) z", { item: "A", command: "x (y) z" }],
  ["A (true)", { item: "A", command: "(true)" }],
  ["A", { item: "A", command: "", fault: "has no command" }],
  ["A (interval=5)", { item: "A", command: "", fault: "has no command" }],
  [
    "A (interval=5m) x",
    { item: "A", command: "x", fault: "interval=5m is not a number of seconds" },
  ],
])("a line %j is understood", (line, check) => {
  expect(parseCheck(line)).toEqual(check);
});

test("whatever a line holds, it is a check with a command or has a fault", () => {
  const piece = fc.oneof(fc.string(), fc.constantFrom("(", ")", " ", "\t", "interval=", ":", "5"));
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      const { item, command, interval, fault } = parseCheck(pieces.join("").trim());
      expect(item).toMatch(/^\S*$/);
      if (command === "") expect(fault).toBe("has no command");
      if (interval !== undefined) expect(interval).toBeGreaterThanOrEqual(1);
    }),
  );
});

test("whatever a check prints, it stays on one line that is no header", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (bytes, command) => {
      const outcome = { stdout: Buffer.from(bytes), stderr: "", exitCode: 0, seconds: 0 };
      const run = { outcome: { ...outcome, timedOut: false, tooLarge: false } };
      const line = checkLine("A", command, { ...run, fault: undefined, cached: undefined });
      expect(line).toMatch(/^\([^\n]*\) A 0 [^\n]*\n$/);
    }),
  );
});

test("checks run in a shell, and tell their command, item, exit code and output", async () => {
  const all = house();
  all.put("check_it", `printf '%s|' "$@"; exit 2`);
  all.write(
    "mrpe.cfg",
    [
      "# comment",
      "",
      "  \t",
      `Quotes ${all.top}/check_it "a  b" 'c;d' "$((1 + 1))"`,
      "Two%20lines printf 'OK - fine | a=1\\nmore\\n\\n'",
      "Pipe echo x | tr x y && exit 1",
      "Nothing true",
      "Missing /nonexistent/check",
      "Umlaut echo Größe; echo '<<<fake>>>'",
    ].join("\n"),
  );
  await all.tick(AT);
  expect(all.output().mrpe.split("<<<mrpe>>>\n")).toEqual([
    "",
    "(check_it) Quotes 2 a  b|c;d|2|\n",
    "(printf) Two%20lines 0 OK - fine | a=1\x01more\n",
    "(echo) Pipe 1 y\n",
    "(true) Nothing 0 \n",
    expect.stringMatching(/^\(check\) Missing 127 .*: .*\n$/) as string,
    `(echo) Umlaut 0 ${Buffer.from("Größe").toString("latin1")}\x01<<<fake>>>\n`,
  ]);
  expect(statusOf(all, "mrpe/Quotes")?.error).toBeUndefined();
  expect(statusOf(all, "mrpe/Missing")?.error).toMatch(/^ended with exit code 127: /);
});

test("a check runs again only after somebody has got what it said", async () => {
  const all = house();
  all.write("mrpe.cfg", 'Count echo >>"$MK_VARDIR/runs"; wc -l <"$MK_VARDIR/runs"');
  await all.tick(AT);
  await all.tick(AT + 10);
  const first = all.output();
  expect(first.mrpe).toBe("<<<mrpe>>>\n(echo) Count 0 1\n");
  all.handedOver(first.handed);
  await all.tick(AT + 20);
  expect(all.output().mrpe).toBe("<<<mrpe>>>\n(echo) Count 0 2\n");
});

test("a check with an interval runs in the background, quotes and all, and tells its age", async () => {
  const all = house();
  all.write("mrpe.cfg", 'Slow (interval=300) /bin/echo "OK - a | b"; exit 1');
  await all.tick(AT);
  expect(all.output().mrpe).toMatch(
    /^<<<mrpe>>>\ncached\(17000000\d\d,300\) \(echo\) Slow 1 OK - a \| b\n$/,
  );
});

test("a check that hangs is unknown, and costs the others nothing", async () => {
  const all = house({ deadlineSeconds: 0.5 });
  all.write("mrpe.cfg", "Hangs sleep 60; echo never\nWorks echo fine\n");
  await all.tick(AT);
  expect(all.output().mrpe).toBe(
    "<<<mrpe>>>\n(sleep) Hangs 3 UNKNOWN - took longer than 0.5 s\n<<<mrpe>>>\n(echo) Works 0 fine\n",
  );
  expect(all.output().killed).toMatch(/\ntimeout\|mrpe_Hangs\|1\|\d+\n$/);
});

test("an interval check that begins to hang does not go on saying that all is well", async () => {
  const all = house({ deadlineSeconds: 0.5 });
  all.write("mrpe.cfg", 'Moody (interval=1) [ -e "$MK_VARDIR/bad" ] && sleep 60; echo fine');
  await all.tick(AT);
  expect(all.output().mrpe).toContain(" 0 fine\n");
  all.write("state/bad", "");
  await all.tick(AT + 60);
  await until(() => all.output().mrpe.includes(" 3 UNKNOWN - took longer than 1 s\n"));
});

test("a line that makes no sense is named once, the others count", async () => {
  const all = house();
  all.write("mrpe.cfg", "Alone\nA echo 1\nB (interval=x) echo 2\nA echo 3\n");
  await all.tick(AT);
  await all.tick(AT + 10);
  expect(all.output().mrpe).toBe("<<<mrpe>>>\n(echo) A 0 1\n<<<mrpe>>>\n(echo) B 0 2\n");
  expect(all.status().flatMap(({ name, error }) => (error ? [[name, error]] : []))).toEqual([
    ["mrpe.cfg:1", "has no command"],
    ["mrpe.cfg:3", "interval=x is not a number of seconds"],
    ["mrpe/A", "is there twice: the first counts"],
  ]);
});

test("a line that is changed is a new check, and one that is removed is gone", async () => {
  const all = house();
  all.write("mrpe.cfg", "A echo old\nB echo b");
  await all.tick(AT);
  all.write("mrpe.cfg", "A echo new");
  await all.tick(AT + 10);
  expect(all.output().mrpe).toBe("<<<mrpe>>>\n(echo) A 0 new\n");
});

testWith(root, program("runuser"))(
  "runas.cfg has scripts and checks run as somebody else, beside the agent's own",
  async () => {
    const all = house({ deadlineSeconds: 1 });
    for (const path of [all.top, all.stateDir]) chmodSync(path, 0o755);
    const who = "$(id -un):$(id -gn) home=$HOME";
    all.put("theirs/check", `echo "0 Who - ${who}"`);
    all.put("theirs/300/rare", "echo '0 Rare - fine'");
    all.put("more/plugin", `echo '<<<who>>>'; echo "${who}"`);
    all.put("local/own", "echo '0 Own - fine'");
    all.put("same/hangs", "sleep 60 & wait");
    all.write("other.cfg", `Mine echo "a  b" ${who}`);
    all.write(
      "runas.cfg",
      [
        `local nobody ${all.top}/theirs`,
        `plugin nobody ${all.top}/more`,
        `mrpe nobody ${all.top}/other.cfg`,
        `local - ${all.top}/same`,
        `plugin nosuchuser ${all.top}/more`,
        `local nobody /nonexistent`,
      ].join("\n"),
    );
    await all.tick(AT);
    const { local, plugins, mrpe } = all.output();
    const nobody = "nobody:nogroup home=/nonexistent";
    expect(local).toMatch(
      new RegExp(
        `^<<<local:sep\\(0\\)>>>\n0 Own - fine\n0 Who - ${nobody}\ncached\\(\\d+,300\\) 0 Rare - fine\n$`,
      ),
    );
    expect(plugins).toBe(`<<<who>>>\n${nobody}\n`);
    expect(mrpe).toBe(`<<<mrpe>>>\n(echo) Mine 0 a  b ${nobody}\n`);
    expect(statusOf(all, `nobody:${all.top}/theirs/check`)?.error).toBeUndefined();
    expect(statusOf(all, `${all.top}/same/hangs`)?.error).toBe("took longer than 1 s");
    expect(statusOf(all, `nosuchuser:${all.top}/more/plugin`)?.error).toMatch(
      /^ended with exit code 1: .*nosuchuser/,
    );
  },
);

testWith(root, program("runuser"))(
  "what hangs as somebody else is ended with all it has started",
  async () => {
    const all = house({ deadlineSeconds: 0.5 });
    chmodSync(all.top, 0o755);
    chmodSync(all.stateDir, 0o777);
    all.put("theirs/hangs", 'sleep 60 & echo $! >"$MK_VARDIR/pid"; wait');
    all.write("runas.cfg", `local nobody ${all.top}/theirs`);
    await all.tick(AT);
    expect(all.output().killed).toContain(`timeout|local_nobody:${all.top}/theirs/hangs|1|`);
    const pid = Number(readFileSync(join(all.stateDir, "pid"), "utf8"));
    expect(pid).toBeGreaterThan(0);
    expect(lives(pid)).toBe(false);
  },
);
