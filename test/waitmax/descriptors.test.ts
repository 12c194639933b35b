import { execFile } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { top } from "../peers.ts";

/** Leaves itself ever fewer descriptors and tells how a run fares with them. */
const SCRIPT = `
  import { closeSync, openSync } from "node:fs";
  const { run } = await import(process.argv[1]);
  const told = [(await run(["true"], { seconds: 30 })).exitCode];
  const taken = [];
  const take = () => { try { for (;;) taken.push(openSync("/dev/null")); } catch {} };
  for (let spare = 0; spare < 12; spare++) {
    take();
    for (let i = 0; i < spare; i++) closeSync(taken.pop());
    const { exitCode, failedToStart } = await run(["true"], { seconds: 30 });
    told.push(exitCode ?? failedToStart.split(":")[0]);
  }
  taken.forEach(closeSync);
  console.log(JSON.stringify(told));
`;

test("a lack of descriptors is a reason, and no end of this process", async () => {
  const run = join(top, "dist", "waitmax", "run.js");
  const command = ["-c", `ulimit -n 200; exec "$0" "$@"`, process.execPath];
  const told = await new Promise<string>((resolve, reject) => {
    execFile("sh", [...command, "--input-type=module", "-e", SCRIPT, run], (error, out, err) =>
      error ? reject(new Error(err)) : resolve(out),
    );
  });
  const [first, ...rest] = JSON.parse(told) as unknown[];
  expect(first).toBe(0);
  expect(rest[0]).toBe("EMFILE");
  expect(rest.at(-1)).toBe(0);
});
