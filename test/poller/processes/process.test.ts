import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Process } from "../../../poller/processes/process.ts";
import type { Report } from "../../../poller/processes/protocol.ts";
import { eventually, temporaryFolder } from "../../programs.ts";

/** A process that runs some lines of JavaScript, until the test is over. */
function running(program: string, pingMilliseconds?: number) {
  const file = join(temporaryFolder(), "child.cjs");
  writeFileSync(file, program);
  const [logged, reports, lost]: [string[], Report[], number[]] = [[], [], []];
  const one = new Process({
    number: 1,
    begin: () => ({ kind: "ping" }),
    onReport: (report) => reports.push(report),
    onLost: () => lost.push(1),
    log: { error: (_: unknown, text?: string) => void logged.push(text ?? "") },
    program: file,
    ...(pingMilliseconds !== undefined && { pingMilliseconds }),
  });
  onTestFinished(() => {
    one.kill();
    return one.stop();
  });
  one.start();
  return { one, logged, reports, lost };
}

const READY = "process.send([{ kind: 'ready' }]); process.on('disconnect', () => process.exit());";
const ANSWERS = `${READY} process.on('message', ({ kind }) => process.send([{ kind: 'pong' }]));`;

const again = (seconds: number): string =>
  `a process that polls died; it is started again in ${seconds} s`;

test("a process that dies is started again, later each time", async () => {
  const { one, logged, lost } = running("process.exit(3);");
  await eventually(() => (one.restarts === 2 ? true : undefined));
  await eventually(() => (logged.length === 3 ? true : undefined));
  expect(logged).toEqual([again(1), again(2), again(4)]);
  expect(lost).toHaveLength(3);
});

test("a process that gives no sign of life is ended, and started again", async () => {
  const { one, logged } = running(`${READY} while (true);`, 200);
  await eventually(() => (one.restarts > 0 ? true : undefined));
  expect(logged).toContain(again(1));
});

test("a process that answers stays", async () => {
  const { one, logged } = running(ANSWERS, 1000);
  await one.ready(new AbortController().signal);
  // For longer than one that does not answer is left alone.
  await new Promise((done) => setTimeout(done, 9000));
  expect(one.restarts).toBe(0);
  expect(logged).toEqual([]);
});

test("whoever waits for a process is told that there will be none", async () => {
  const { one } = running("setInterval(() => undefined, 1000);");
  const waiting = expect(one.ready(new AbortController().signal)).rejects.toThrow("ends");
  await one.stop();
  await waiting;
});
