import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Tests of the programs themselves run what is in dist.
    globalSetup: "./scripts/prepare.mjs",
    reporters: ["default", "./test/reporter.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two cores are the smallest machine we promise to pass on.
    maxWorkers: 2,
  },
});
