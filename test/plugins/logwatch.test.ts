import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdirSync, readFileSync, renameSync, truncateSync } from "node:fs";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { top } from "../peers.ts";
import { place, type Place, type Ran } from "./place.ts";

const SCRIPT = "plugins/logwatch";
const ONCE = "GLOBAL OPTIONS\n retention_period=0\n";

interface Log {
  readonly at: Place;
  readonly path: string;
  readonly run: () => Promise<Ran>;
  readonly add: (...lines: readonly string[]) => void;
  /** What a run tells of the log, without the batches' names. */
  readonly news: () => Promise<string[]>;
}

/** A log that has been looked at once; `FILE` in the configuration stands for it. */
async function log(config: string, begin = ""): Promise<Log> {
  const at = place();
  const path = join(at.folder, "app.log");
  writeFileSync(path, begin);
  writeFileSync(join(at.configDir, "logwatch.cfg"), config.replaceAll("FILE", path));
  const run = (): Promise<Ran> => at.run(SCRIPT);
  const first = await run();
  expect(first.lines).toEqual(["<<<logwatch>>>", `[[[${path}]]]`]);
  return {
    at,
    path,
    run,
    add: (...lines) => appendFileSync(path, lines.map((line) => `${line}\n`).join("")),
    news: async () => (await run()).lines.filter((line) => /^[CWOI.] /.test(line)),
  };
}

describe("what is told", () => {
  test("what a log holds when it is first seen is not news", async () => {
    const { news, add } = await log("FILE\n C panic\n", "panic of yesterday\n");
    add("panic of today");
    expect(await news()).toEqual(["C panic of today"]);
  });

  test("the first pattern that matches gives the level, and two lines around it come along", async () => {
    const { add, news } = await log(`${ONCE}FILE\n I harmless\n C panic\n W warn\n O recovered\n`);
    add("one", "two", "three", "panic", "four", "harmless panic", "five", "warning", "recovered");
    expect(await news()).toEqual([
      ". two",
      ". three",
      "C panic",
      ". four",
      ". harmless panic",
      ". five",
      "W warning",
      "O recovered",
    ]);
    add("nothing", "harmless panic");
    expect(await news()).toEqual([]);
  });

  test("a file may be named in quotes and in several blocks, whose patterns add up", async () => {
    const config = '"FILE" nocontext=1\n C panic\n\n# again\nFILE\n W warn\n';
    const { add, news } = await log(config);
    add("panic", "other", "warn");
    expect(await news()).toEqual(["C panic", "W warn"]);
  });

  test("a matching line can be rewritten, and case can be ignored", async () => {
    const { add, news } = await log("FILE\n W (?i)disk (?P<name>\\w+) is (\\d+)\n R \\1: \\2 %\n");
    add("DISK sda is 97 percent full");
    expect(await news()).toEqual(["W sda: 97 %"]);
  });

  test("a batch is told again for a while under the same name, so that several may ask", async () => {
    const { add, run } = await log("FILE\n C panic\n");
    add("panic 1");
    const told = (await run()).lines;
    add("panic 2");
    const again = (await run()).lines;
    expect(told.filter((line) => line.startsWith("BATCH: "))).toHaveLength(1);
    expect(again.slice(0, told.length)).toEqual(told);
    expect(again.at(-1)).toBe("C panic 2");
    expect(again.filter((line) => line.startsWith("BATCH: "))).toHaveLength(2);
  });

  test("a log that is not there is missing, and what is no file cannot be opened", async () => {
    const at = place();
    mkdirSync(join(at.folder, "folder.log"));
    const config = `${at.folder}/none.log\n C x\n${at.folder}/*.txt\n C x\n${at.folder}/folder.log\n C x\n`;
    writeFileSync(join(at.configDir, "logwatch.cfg"), config);
    expect((await at.run(SCRIPT)).lines).toEqual([
      "<<<logwatch>>>",
      `[[[${at.folder}/folder.log:cannotopen]]]`,
      `[[[${at.folder}/none.log:missing]]]`,
      `[[[${at.folder}/*.txt:missing]]]`,
    ]);
  });

  test("without a configuration there is nothing to say", async () => {
    expect(await place().run(SCRIPT)).toMatchObject({ stdout: "", stderr: "", code: 0 });
  });
});

describe("where reading goes on", () => {
  test("a line is told once, and not before it has ended", async () => {
    const { path, add, news } = await log(`${ONCE}FILE\n C panic\n`);
    add("panic 1");
    appendFileSync(path, "panic ");
    expect(await news()).toEqual(["C panic 1"]);
    appendFileSync(path, "2\n");
    expect(await news()).toEqual(["C panic 2"]);
    expect(await news()).toEqual([]);
  });

  test.each(["app.log.1", "app.log-20240131"])(
    "the rest of a log moved to %s is told",
    async (name) => {
      const { at, path, add, news } = await log(`${ONCE}FILE\n C panic\n`);
      add("panic 1");
      await news();
      add("panic 2");
      renameSync(path, join(at.folder, name));
      appendFileSync(join(at.folder, name), "panic 3\n");
      add("panic 4");
      expect(await news()).toEqual(["C panic 2", "C panic 3", "C panic 4"]);
      appendFileSync(join(at.folder, name), "panic 5\n");
      expect(await news()).toEqual(["C panic 5"]);
    },
  );

  test("a log that was emptied in place begins anew, also when it has grown past its old end", async () => {
    const { at, path, add, news } = await log(`${ONCE}FILE\n C panic\n`);
    add("panic 1");
    await news();
    copyFileSync(path, join(at.folder, "app.log.1"));
    truncateSync(path);
    add("panic 2");
    expect(await news()).toEqual(["C panic 2"]);
    truncateSync(path);
    add("this is longer than all that was written before", "panic 3");
    expect(await news()).toEqual([
      ". this is longer than all that was written before",
      "C panic 3",
    ]);
  });

  test("a file that comes up later is read from its beginning", async () => {
    const { at, news } = await log(`${ONCE}FILE nocontext=1\n C panic\n`);
    const config = join(at.configDir, "logwatch.cfg");
    writeFileSync(config, readFileSync(config, "utf8").replace("app.log", "*.log"));
    await news();
    writeFileSync(join(at.folder, "later.log"), "panic at once\n");
    writeFileSync(join(at.folder, ".hidden.log"), "panic unseen\n");
    expect(await news()).toEqual(["C panic at once"]);
  });

  test("nothing is forgotten when nobody took what was printed", async () => {
    const { at, path, add, news } = await log(`${ONCE}FILE maxcontextlines=0,0\n C panic\n`);
    const lines = Array.from({ length: 2000 }, (_, i) => `panic ${i} ${"x".repeat(50)}`);
    add(...lines);
    const env = { ...process.env, MK_CONFDIR: at.configDir, MK_VARDIR: at.stateDir };
    const child = spawn(join(top, SCRIPT), { env, stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.destroy();
    const [code] = (await once(child, "exit")) as [number];
    expect(code).not.toBe(0);
    expect(readFileSync(path, "utf8").split("\n")).toHaveLength(2001);
    expect(await news()).toHaveLength(2000);
  });

  test("whatever is written, moved aside and asked for, each line is told once and in order", async () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.constant("write") },
      fc.constantFrom("rotate", "ask", "half"),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const { at, path, news } = await log(`${ONCE}FILE maxcontextlines=0,0\n C panic\n`);
        let [count, rotations, asked] = [0, 0, 0];
        const told: string[] = [];
        for (const what of steps) {
          if (what === "write") appendFileSync(path, `panic ${++count}\n`);
          if (what === "half") appendFileSync(path, "half of ");
          // Of a log that came and went between two looks nobody knows.
          if (what === "ask" || (what === "rotate" && rotations > asked)) {
            told.push(...(await news()));
            asked = rotations;
          }
          if (what === "rotate") renameSync(path, join(at.folder, `app.log.${++rotations}`));
          if (what === "rotate") writeFileSync(path, "");
        }
        const all = [...told, ...(await news())].map((line) => line.replace(/^C (half of )*/, ""));
        expect(all).toEqual(Array.from({ length: count }, (_, i) => `panic ${i + 1}`));
      }),
      { numRuns: 8 },
    );
  });

  test("a memory that cannot be read is told of, and reading begins at the ends", async () => {
    const { at, add, run, news } = await log(`${ONCE}FILE\n C panic\n`);
    writeFileSync(join(at.stateDir, "logwatch.state"), '{"files": {');
    add("panic 1");
    const { stdout, code } = await run();
    expect(code).toBe(1);
    expect(stdout).toContain("[[[" + join(at.configDir, "logwatch.cfg") + "]]]\nBATCH: ");
    expect(stdout).not.toContain("panic");
    add("panic 2");
    expect(await news()).toEqual(["C panic 2"]);
  });
});

describe("what is hostile", () => {
  test("no line of a log can look like a header or end a line", async () => {
    const { path, run } = await log("FILE\n W .\n");
    const bytes = [0x41, 0, 0x1b, 0x5b, 0x31, 0x6d, 0xff, 0xfe, 0x0d, 0x42, 0xc2, 0x85, 0x0a];
    appendFileSync(
      path,
      Buffer.concat([Buffer.from("<<<<other>>>>\n<<<df>>>\n"), Buffer.from(bytes)]),
    );
    const { lines } = await run();
    expect(lines.slice(4)).toEqual([
      "W <<<<other>>>>",
      "W <<<df>>>",
      "W A\\x00\\x1b[1m\ufffd\ufffd\\x0dB\\x85",
    ]);
  });

  test("nor can the name of a file", async () => {
    const at = place();
    writeFileSync(join(at.folder, "a\n<<<df>>>\n.log"), "");
    writeFileSync(join(at.configDir, "logwatch.cfg"), `${at.folder}/*.log\n C x\n`);
    const { lines } = await at.run(SCRIPT);
    expect(lines.slice(1)).toEqual([`[[[${at.folder}/a\\x0a<<<df>>>\\x0a.log]]]`]);
  });

  test("a pattern that tries for ever costs a second, and the others go on", async () => {
    const { add, run } = await log("FILE\n C ^(a+)+$\n W other\n");
    add("aaaaaaaa", `${"a".repeat(60)}!`, "other");
    const { stdout, stderr, code } = await run();
    expect(stdout).toContain("\nC aaaaaaaa\n");
    expect(stdout).toContain("\nW other\n");
    expect(stdout).toMatch(/\nW left out of this run, it takes too long: \^\(a\+\)\+\$\n$/);
    expect(stderr).toContain("takes too long");
    expect(code).toBe(1);
  });

  test("what is too much is left out and counted", async () => {
    const { add, news } = await log(
      "FILE maxlines=3 maxlinesize=5 overflow=W nocontext=1\n C panic\n",
    );
    add("panic 1", "panic 2", "calm", "panic 3", "panic 4");
    expect(await news()).toEqual([
      "C panic",
      "C panic",
      "W logwatch: 2 lines are too many to be read",
    ]);
  });

  test("a flood is bounded in bytes", async () => {
    const { path, add, run, news } = await log(`${ONCE}FILE\n C .\n`);
    appendFileSync(path, `${"x".repeat(79)}\n`.repeat(220_000));
    const { stdout, lines } = await run();
    expect(stdout.length).toBeLessThan(400_000);
    expect(lines.at(-1)).toMatch(/^C logwatch: \d+ lines are too many to be sent$/);
    expect(lines.at(-2)).toMatch(/^C logwatch: \d+ bytes of a long file are not read$/);
    add("after the flood");
    expect(await news()).toEqual(["C after the flood"]);
  });

  test("what is wrong with the configuration is told as lines of its own file, once for all", async () => {
    const at = place();
    const config = join(at.configDir, "logwatch.cfg");
    writeFileSync(config, `relative.log\n C (\n X what\n${at.folder}/a.log speed=9\n C fine\n`);
    const { lines, code } = await at.run(SCRIPT);
    expect(code).toBe(1);
    const wrong = lines.slice(lines.indexOf(`[[[${config}]]]`));
    expect(wrong.filter((line) => line.startsWith("W "))).toEqual([
      "W line 1: neither an absolute path nor a known option: relative.log",
      expect.stringContaining("Unterminated group"),
      "W line 3: neither C, W, O, I nor R with a pattern: X what",
      "W line 4: neither an absolute path nor a known option: speed=9",
    ]);
    expect((await at.run(SCRIPT)).lines.slice(-5)).toEqual(wrong.slice(-5));
  });
});
