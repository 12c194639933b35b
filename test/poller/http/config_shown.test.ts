import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import { shownConfig } from "../../../poller/http/config_shown.ts";
import { serving, text } from "./serving.ts";

const CONFIG = `# the old one was hunter2
listen: 127.0.0.1:9656
poll: { interval: 30s, secret_file: /etc/roundsman/secret, secret_env: SECRET }
hosts:
  - name: web1 # hunter2
    labels: { site: berlin, token: hunter2 }
    tls: { key: /etc/key.pem }
  - name: web2
    program: [sshpass, -p, hunter2, ssh, --password, hunter2, --token=hunter2, -H, "Authorization: Bearer hunter2", API_KEY=hunter2, -v]
http_sd:
  - url: https://bob:hunter2@sd.example.com/list?token=hunter2&site=1
    basic_auth: { username: bob, password: hunter2, password_file: /etc/pw }
remote_write:
  - url: https://example.com/write
    headers: { X-Api-Key: hunter2, X-Scope-OrgID: "1", Authorization: [hunter2] }
    password: |
      hunter2
      hunter2
`;

describe("the config that is shown", () => {
  test("holds no secret, wherever it stands", () => {
    expect(shownConfig(CONFIG)).not.toContain("hunter2");
  });

  test("holds all the rest as it was", () => {
    const shown = parse(shownConfig(CONFIG)) as Record<string, unknown>;
    expect(shown).toEqual({
      listen: "127.0.0.1:9656",
      poll: { interval: "30s", secret_file: "/etc/roundsman/secret", secret_env: "SECRET" },
      hosts: [
        {
          name: "web1",
          labels: { site: "berlin", token: "<secret>" },
          tls: { key: "/etc/key.pem" },
        },
        {
          name: "web2",
          program: [
            ...["sshpass", "-p", "<secret>", "ssh", "--password", "<secret>", "--token=<secret>"],
            ...["-H", "Authorization:<secret>", "API_KEY=<secret>", "-v"],
          ],
        },
      ],
      http_sd: [
        {
          url: "https://<secret>@sd.example.com/list?token=<secret>&site=1",
          basic_auth: { username: "bob", password: "<secret>", password_file: "/etc/pw" },
        },
      ],
      remote_write: [
        {
          url: "https://example.com/write",
          headers: {
            ...{ "X-Api-Key": "<secret>", "X-Scope-OrgID": "1", Authorization: "<secret>" },
          },
          password: "<secret>",
        },
      ],
    });
  });

  test("takes no long time over a text made to take long", () => {
    const began = performance.now();
    shownConfig(
      `a: ${"x".repeat(50_000)}\nb: ${"http://".repeat(20_000)}\nc: ${"?a".repeat(50_000)}\n`,
    );
    expect(performance.now() - began).toBeLessThan(2000);
  });
});

test("/config shows what was read last, as text", async () => {
  let written: string | undefined = "hosts: [{ name: web1 }]\n";
  const { url } = await serving([], { config: () => written });
  const response = await fetch(`${url}/config`);
  expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(parse(await response.text())).toEqual({ hosts: [{ name: "web1" }] });
  written = "hosts: []\n";
  expect(await text(`${url}/config`)).toBe("hosts: []\n");
  written = undefined;
  expect((await fetch(`${url}/config`)).status).toBe(404);
});
