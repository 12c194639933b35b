import type { Reporter, TestCase, TestModule } from "vitest/node";

/** Lists what was skipped, and why, and closes with a count that any tool can read. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const cases = modules.flatMap((module) => [...module.children.allTests()]);
    const ended = (state: string): TestCase[] =>
      cases.filter((test) => test.result().state === state);
    const skipped = ended("skipped");
    for (const test of skipped) {
      const { note } = test.result() as { note?: string };
      write(
        `skipped: ${test.module.relativeModuleId} > ${test.fullName}${note ? `: ${note}` : ""}`,
      );
    }
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const failed = ended("failed").length + broken;
    write(`Tests: ${ended("passed").length} passed, ${failed} failed, ${skipped.length} skipped`);
  }
}

const write = (line: string): void => void process.stdout.write(`${line}\n`);
