import { expect, test } from "vitest";
import { defaultConfig, parseConfig } from "../../../poller/config.ts";
import { hostAt, staticHosts } from "../../../poller/targets/static.ts";

test("a host's own settings go before those of the fleet", () => {
  const config = parseConfig(
    `
poll: { interval: 30s, timeout: 5s, max_bytes: 1MiB }
hosts:
  - { name: web1, interval: 10s, labels: { env: prod }, tags: [web] }
  - { name: db1, address: 10.0.0.1, port: 7000, timeout: 1s, max_bytes: 1KiB }
`,
    "poller.yaml",
  );
  expect(staticHosts(config)).toEqual([
    {
      name: "web1",
      address: "web1",
      port: 6556,
      intervalSeconds: 10,
      timeoutSeconds: 5,
      maxBytes: 1_048_576,
      labels: { env: "prod" },
      tags: ["web"],
    },
    {
      name: "db1",
      address: "10.0.0.1",
      port: 7000,
      intervalSeconds: 30,
      timeoutSeconds: 1,
      maxBytes: 1024,
      labels: {},
      tags: [],
    },
  ]);
});

test("a host that is only an address is named after it", () => {
  const config = defaultConfig();
  expect(hostAt({ host: "127.0.0.1", port: 6556 }, config.poll)).toEqual(staticHosts(config)[0]);
});
