import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { defaultConfig } from "../../../poller/config.ts";
import { FileTargets } from "../../../poller/targets/file_sd.ts";
import { temporaryFolder } from "../../programs.ts";

const { poll } = defaultConfig();
const names = (targets: FileTargets): string[] => targets.read(poll).hosts.map(({ name }) => name);

test("files are read by pattern, JSON and YAML, and again when they change", () => {
  const folder = temporaryFolder();
  const targets = new FileTargets([join(folder, "*.json"), join(folder, "more.yml")]);
  expect(names(targets)).toEqual([]);
  writeFileSync(join(folder, "b.json"), '[{"targets":["b"]}]');
  writeFileSync(join(folder, "a.json"), '[{"targets":["a"]}]');
  writeFileSync(join(folder, "more.yml"), "- targets: [c]\n");
  writeFileSync(join(folder, "other.txt"), "[");
  expect(names(targets)).toEqual(["a:6556", "b:6556", "c:6556"]);
  writeFileSync(join(folder, "a.json"), '[{"targets":["a1","a2"]}]');
  expect(names(targets)).toEqual(["a1:6556", "a2:6556", "b:6556", "c:6556"]);
  rmSync(join(folder, "b.json"));
  expect(names(targets)).toEqual(["a1:6556", "a2:6556", "c:6556"]);
});

test("a file that cannot be used counts as it was, and is named", () => {
  const folder = temporaryFolder();
  const file = join(folder, "a.json");
  const targets = new FileTargets([join(folder, "*.json")]);
  writeFileSync(file, '[{"targets":["a"]}]');
  expect(names(targets)).toEqual(["a:6556"]);
  writeFileSync(file, '[{"targets":["a"');
  const { hosts, faults } = targets.read(poll);
  expect(hosts).toHaveLength(1);
  expect(faults).toEqual([expect.stringMatching(/a\.json:1: Expected .* JSON/)]);
  writeFileSync(file, '[{"targets":[7]}]');
  expect(targets.read(poll).faults).toEqual([`${file}: [0].targets[0]: must be HOST or HOST:PORT`]);
  expect(names(targets)).toEqual(["a:6556"]);
});

test("of YAML that is amiss the line is told", () => {
  const file = join(temporaryFolder(), "a.yml");
  const targets = new FileTargets([file]);
  writeFileSync(file, `- targets:\n  - ${"[".repeat(2000)}`);
  expect(targets.read(poll).faults).toEqual([`${file}:2: nested too deeply`]);
  writeFileSync(file, "- targets: [a]\n  targets: [b]\n");
  expect(targets.read(poll).faults).toEqual([`${file}:2: Map keys must be unique`]);
});

test("of what is odd about a file nothing is printed", () => {
  const emitted = vi.spyOn(process, "emitWarning").mockReturnValue();
  onTestFinished(() => emitted.mockRestore());
  const file = join(temporaryFolder(), "a.yml");
  writeFileSync(file, "- targets: [a]\n  labels: { ? [token, hunter2] : !odd x }\n");
  new FileTargets([file]).read(poll);
  expect(emitted).not.toHaveBeenCalled();
});

test("what is no file is named, and nobody waits for it", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a.json"));
  const { hosts, faults } = new FileTargets([join(folder, "*.json")]).read(poll);
  expect([hosts, faults]).toEqual([[], [`${join(folder, "a.json")}: is not a file`]]);
});

test("what has not changed is not read again", () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.json"), '[{"targets":["a"]}]');
  const targets = new FileTargets([join(folder, "a.json"), join(folder, "gone.json")]);
  const first = targets.read(poll);
  expect(targets.read(poll)).toBe(first);
  writeFileSync(join(folder, "a.json"), '[{"targets":["a","b"]}]');
  expect(targets.read(poll)).not.toBe(first);
});

test.each([
  ["a.json", '[{"targets":["a"],\n"labels":{"token":hunter2}}]', "2: Unexpected token 'h'"],
  ["a.json", "hunter2", "1: Unexpected token 'h'"],
  ["a.yml", "- targets: [a]\n  labels: { token: *hunter2 }\n", " Unresolved alias"],
  ["a.yml", '- targets: "hunter2" "hunter2"\n', "1: Unexpected double-quoted-scalar at node end"],
])("of what cannot be read in %s nothing is quoted: %j", (name, text, fault) => {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, text);
  const { faults } = new FileTargets([file]).read(poll);
  expect(faults).toEqual([expect.stringContaining(`${file}:${fault}`)]);
  expect(faults.join()).not.toContain("hunter2");
});
