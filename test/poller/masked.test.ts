import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { defaultConfig } from "../../poller/config.ts";
import { secretsIn, shownProgram, withoutLogins, withoutSecrets } from "../../poller/masked.ts";
import { fetchErrorOf, where } from "../../poller/sources/failures.ts";
import { Fault } from "../../poller/sources/source.ts";
import type { Host } from "../../poller/targets/host.ts";
import { staticHosts } from "../../poller/targets/static.ts";
import { temporaryFolder } from "../programs.ts";

const [anyHost] = staticHosts(defaultConfig());
const hostWith = (own: Partial<Host>): Host => ({ ...anyHost!, name: "web1", ...own });

const running = (...program: [string, ...string[]]): Host => hostWith({ program });
const failing = async (host: Host, why: string): Promise<string> => {
  const phases = { wait: 0, connect: 0, firstByte: 0, read: 0 };
  return (await fetchErrorOf(new Fault("program", why), host, phases)).message;
};

test("a script in a config is shown without what is secret among its words", () => {
  const program = ["sh", "-c", "echo password=hunter2 token=abcdef >&2; get --password 'pa55word'"];
  expect(withoutSecrets({ program })).toEqual({
    program: ["sh", "-c", "echo password=<secret> token=<secret> >&2; get --password '<secret>'"],
  });
  expect(withoutSecrets("what a token is worth")).toBe("what a token is worth");
});

describe("secrets among the words of a program", () => {
  test.each([
    [["sshpass", "-p", "hunter2", "ssh", "web1"], ["hunter2"]],
    [["/usr/bin/sshpass", "-phunter2", "ssh", "web1"], ["hunter2"]],
    [
      ["a", "--password=hunter2", "--token", "t0ken"],
      ["hunter2", "t0ken"],
    ],
    [["curl", "-u", "ann:hunter2", "http://web1"], ["hunter2"]],
    [
      ["curl", "https://ann:hunter2@web1/x"],
      ["ann:hunter2", "hunter2"],
    ],
    [["sh", "-c", "curl --password 'hunter2' http://web1"], ["hunter2"]],
    [["sh", "-c", "PASSWORD=hunter2 get"], ["hunter2"]],
    [["curl", "http://web1/?token=hunter2&a=1"], ["hunter2"]],
    [["ssh", "-oBatchMode=yes", "web1", "check_mk_agent"], []],
    [["ssh", "-p", "2222", "web1"], []],
  ])("%j", (program, secrets) => {
    expect(secretsIn(program).sort()).toEqual([...secrets].sort());
  });
});

describe("a failure is told without", () => {
  test("what a program was given, though it says it again", async () => {
    const host = running("sshpass", "-p", "hunter2", "ssh", "web1");
    expect(await failing(host, "exit code 5: hunter2 is no password for ann:hunter2@web1")).toBe(
      "web1 (sshpass -p <secret> ssh web1): exit code 5: <secret> is no password for ann:<secret>@web1",
    );
  });

  test("a secret that was cut off, in the command or in what it said", async () => {
    const secret = "s3cret".repeat(20);
    const host = running("get", "--password", secret);
    expect(await failing(host, "exit code 1")).toBe("web1 (get --password <secret>): exit code 1");
    const said = `exit code 1: ${"x".repeat(180)} ${secret.slice(0, 19)}`;
    expect(await failing(host, said)).toMatch(/x <secret>$/);
  });

  test("a secret that a command is cut off in", async () => {
    const host = running("get", "x".repeat(60), "--password", "hunter2".repeat(20));
    expect(await failing(host, "exit code 1")).not.toContain("hunter");
  });

  test("a secret that is part of the mark, which stays as it is", async () => {
    const host = running("get", "--token=secret", "--password=hunter2");
    expect(await failing(host, "exit code 1: secret hunter2")).toBe(
      "web1 (get --token=<secret> <secret>): exit code 1: <secret> <secret>",
    );
  });

  test("users and passwords in URLs", async () => {
    const host = running("get", "web1");
    expect(await failing(host, "no answer of https://ann:hunter2@web1:80/x")).toBe(
      "web1 (get web1): no answer of https://<secret>@web1:80/x",
    );
    expect(withoutLogins("at http://a/?token=t0p&site=1")).toBe(
      "at http://a/?token=<secret>&site=1",
    );
    expect(withoutLogins("http://a:b@c and http://d@e/f@g http://h/i")).toBe(
      "http://<secret>@c and http://<secret>@e/f@g http://h/i",
    );
  });

  test("the passphrase of the host, from its file or the environment", async () => {
    const file = join(temporaryFolder(), "secret");
    writeFileSync(file, "open sesame\n", { mode: 0o600 });
    const host = hostWith({ secret: { file }, program: ["cat", "report"] });
    expect(await failing(host, "exit code 1: open sesame?")).toBe(
      "web1 (cat report): exit code 1: <secret>?",
    );
    process.env["ROUNDSMAN_TEST_SECRET"] = "from outside";
    expect(
      await failing(hostWith({ secret: { env: "ROUNDSMAN_TEST_SECRET" } }), "from outside"),
    ).toMatch(/: <secret>$/);
  });

  test("a secret of few letters, where it is a word", async () => {
    const host = running("sshpass", "-p", "abc", "ssh", "web1");
    expect(await failing(host, "exit code 5: abcd abc, xabc (abc)")).toBe(
      "web1 (sshpass -p <secret> ssh web1): exit code 5: abcd <secret>, xabc (<secret>)",
    );
  });
});

test("a failure without secrets is told as it is", async () => {
  const host = hostWith({});
  expect(await failing(host, "connection refused")).toBe(`${where(host)}: connection refused`);
});

test("a program made to take long takes no long time", () => {
  const began = performance.now();
  const program = Array.from({ length: 256 }, () => "http://".repeat(1000));
  secretsIn(program);
  shownProgram(program);
  expect(performance.now() - began).toBeLessThan(5000);
});
