import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { configLines, readConfig } from "../../agent/config_file.ts";
import { folder } from "../waitmax/programs.ts";

test("lines that say something have their number; blank ones and comments say nothing", () => {
  expect(configLines("a.cfg", "\n# b\n  c d\r\n\t#e\n f # g")).toEqual([
    { place: "a.cfg:3", text: "c d" },
    { place: "a.cfg:5", text: "f # g" },
  ]);
});

test("whatever a file holds, no line is blank or a comment", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      for (const line of configLines("a", text)) expect(line.text).toMatch(/^[^#\s]/);
    }),
  );
});

test("a file that is not there has no lines; one that cannot be read has a fault", async () => {
  const top = folder();
  expect(await readConfig(join(top, "missing"))).toEqual({ lines: [] });
  expect(await readConfig(top)).toEqual({ lines: [], fault: "is no file" });
  writeFileSync(join(top, "large"), Buffer.alloc(1024 * 1024 + 1, "a"));
  expect((await readConfig(join(top, "large"))).fault).toBe("is larger than 1048576 bytes");
  expect((await readConfig(join(top, "large/below"))).fault).toContain("ENOTDIR");
});
