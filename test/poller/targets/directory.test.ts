import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Config, parseConfig } from "../../../poller/config.ts";
import { Directory } from "../../../poller/targets/directory.ts";
import { eventually, temporaryFolder } from "../../programs.ts";

function directoryOf(config: Config) {
  const [changes, faults]: [string[], string[]] = [[], []];
  const kept = new Map<string, string>();
  const directory = new Directory(config, {
    store: {
      targets: (url) => kept.get(url),
      keepTargets: (url, json) => void kept.set(url, json),
    },
    onChange: ({ added, removed }) =>
      changes.push(
        ...added.map(({ name }) => `+${name}`),
        ...removed.map(({ name }) => `-${name}`),
      ),
    onFault: (fault) => faults.push(fault),
  });
  onTestFinished(() => directory.stop());
  const names = (): string[] => directory.hosts.map(({ name }) => name);
  return { directory, changes, faults, names };
}

const configOf = (text: string, folder = "/"): Config => {
  const config = parseConfig(text, "p.yaml");
  return { ...config, fileSd: config.fileSd.map((path) => join(folder, path)) };
};

test("hosts of the config, of files and of servers are one fleet, and changes are told", async () => {
  const folder = temporaryFolder();
  let list = '[{"targets":["s1:1"]}]';
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end(list);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  writeFileSync(join(folder, "a.json"), '[{"targets":["f1:1"]}]');
  const text = `hosts: [{ name: c1 }]
file_sd: [{ files: ["*.json"] }]
http_sd: [{ url: "${url}", refresh: 1s }]`;
  const { directory, changes, names } = directoryOf(configOf(text, folder));
  expect(names()).toEqual(["c1", "f1:1"]);
  await directory.start();
  expect(names()).toEqual(["c1", "f1:1", "s1:1"]);
  list = '[{"targets":["s2:1"]}]';
  writeFileSync(join(folder, "b.json"), '[{"targets":["f2:1"]}]');
  await eventually(() => (names().includes("s2:1") && names().includes("f2:1")) || undefined);
  expect(changes.slice().sort()).toEqual(["+f2:1", "+s1:1", "+s2:1", "-s1:1"]);
});

test("another config takes effect at once, and who is in both stays who he is", async () => {
  const { directory, changes, names } = directoryOf(configOf("hosts: [{ name: a }, { name: b }]"));
  await directory.start();
  const [a] = directory.hosts;
  await directory.configure(configOf("hosts: [{ name: a }, { name: c }]"));
  expect(names()).toEqual(["a", "c"]);
  expect(directory.hosts[0]).toBe(a);
  expect(changes).toEqual(["+c", "-b"]);
});

test("a name that is there twice is told once, and the config's host counts", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "a.yml"), '- { targets: ["10.0.0.9"], labels: { __name: web1 } }\n');
  const { directory, faults } = directoryOf(
    configOf('hosts: [{ name: web1, address: 10.0.0.1 }]\nfile_sd: [{ files: ["a.yml"] }]', folder),
  );
  await directory.start();
  expect(directory.hosts.map(({ address }) => address)).toEqual(["10.0.0.1"]);
  expect(faults).toEqual(['"web1" is listed more than once']);
});
