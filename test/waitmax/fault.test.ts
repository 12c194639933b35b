import { expect, test } from "vitest";
import { faultOf } from "../../waitmax/fault.ts";
import type { Outcome } from "../../waitmax/run.ts";

const ENDED = { stdout: Buffer.alloc(0), stderr: "", timedOut: false, tooLarge: false, seconds: 1 };
const LIMITS = { seconds: 60, maxBytes: 1024 };

test.each<[Partial<Outcome>, string | undefined]>([
  [{ exitCode: 0, stderr: "chatter\n" }, undefined],
  [{ exitCode: 2 }, "ended with exit code 2"],
  [{ exitCode: 2, stderr: "first\nlast words\n\n" }, "ended with exit code 2: last words"],
  [{ signal: "SIGSEGV" }, "died of SIGSEGV"],
  [{ signal: "SIGTERM", timedOut: true }, "took longer than 60 s"],
  [{ exitCode: 0, timedOut: true }, "took longer than 60 s"],
  [{ signal: "SIGKILL", tooLarge: true }, "wrote more than 1024 bytes"],
  [{ failedToStart: "spawn x ENOENT" }, "cannot be started: spawn x ENOENT"],
  [
    { timedOut: true, stuck: { pids: [12, 13], gone: Promise.resolve() } },
    "cannot be killed: pid 12 13",
  ],
])("%o: %s", (outcome, fault) => {
  expect(faultOf({ ...ENDED, ...outcome }, LIMITS)).toBe(fault);
});

test("an exit code that is an answer is no fault", () => {
  expect(faultOf({ ...ENDED, exitCode: 3 }, LIMITS, [0, 3])).toBeUndefined();
});
