import { chmodSync, mkdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UsageError } from "../../agent/usage.ts";
import { becomeUser, lacks } from "../../agent/user.ts";
import { bin } from "../dist.ts";
import { root, testWith } from "../peers.ts";
import { startProgram, temporaryFolder } from "../programs.ts";

test("a user who is not there is named", () => {
  expect(() => becomeUser("nobody-of-that-name")).toThrow(UsageError);
  expect(() => becomeUser("nobody-of-that-name")).toThrow('no user "nobody-of-that-name"');
});

test("what may not be read is told where root was given up", () => {
  expect(lacks({ user: undefined }, ["/a"])).toEqual([]);
  expect(lacks({ user: "www" }, [])).toEqual([]);
  expect(lacks({ user: "www" }, ["/a"])[0]?.error).toBe("www may not read /a");
  expect(lacks({ user: "www" }, ["/a", "/b", "/c"])[0]?.error).toBe(
    "www may not read /a and 2 more",
  );
});

async function fetchText(path: string): Promise<string> {
  let text = "";
  for await (const chunk of connect(path).setEncoding("latin1")) text += String(chunk);
  return text;
}

testWith(root)("root is given up for good once the socket is open", async () => {
  const folder = temporaryFolder();
  const socket = join(folder, "socket");
  const jobs = join(folder, "job", "root");
  mkdirSync(jobs, { recursive: true });
  chmodSync(folder, 0o755);
  chmodSync(jobs, 0o700);
  const args = ["serve", "--listen", `unix:${socket}`, "--user", "nobody", "--state-dir", folder];
  const agent = await startProgram(bin("roundsman-agent"), args, "ready");

  const status = readFileSync(`/proc/${agent.pid}/status`, "utf8");
  const [, uids] = /^Uid:\t(.*)$/m.exec(status) ?? [];
  expect(new Set(uids?.split("\t")).size).toBe(1);
  expect(uids).not.toMatch(/^0\t/);
  expect(status).toMatch(/^Groups:\t[1-9]\d* $/m);
  expect(status).toMatch(/^CapEff:\t0+$/m);

  const text = await fetchText(socket);
  for (const name of ["df_v2", "mounts", "ps_lnx", "mem", "kernel", "lnx_if"])
    expect(text).toContain(`\n<<<${name}>>>\n`);
  expect(text).toContain(`{"section":"roundsman_agent","error":"nobody may not read ${jobs}"}`);
});
