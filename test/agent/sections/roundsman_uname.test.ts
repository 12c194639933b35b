import { expect, test } from "vitest";
import { roundsmanUname } from "../../../agent/sections/roundsman_uname.ts";
import { bin } from "../../dist.ts";
import { runProgram, temporaryFolder } from "../../programs.ts";
import { collect, madeUp } from "./host.ts";

const FOLDER = "/proc/sys/kernel";

test("the kernel's files are told by their names, and the machine after them", async () => {
  const { host } = madeUp({
    [`${FOLDER}/ostype`]: "Linux\n",
    [`${FOLDER}/osrelease`]: "6.1.0-13-amd64\n",
    [`${FOLDER}/version`]: "#1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1 (2023-09-29)\n",
    [`${FOLDER}/hostname`]: "web1.example\n",
    [`${FOLDER}/domainname`]: "(none)\n",
  });
  expect(await collect(roundsmanUname({ machine: "x86_64" }), host)).toBe(`<<<roundsman_uname>>>
ostype Linux
osrelease 6.1.0-13-amd64
version #1 SMP PREEMPT_DYNAMIC Debian 6.1.55-1 (2023-09-29)
hostname web1.example
domainname (none)
machine x86_64
`);
});

test("what is missing has no line, and a host without any of it no section", async () => {
  const { host, write } = madeUp({});
  expect(await collect(roundsmanUname({ machine: "x86_64" }), host)).toBeUndefined();
  write(`${FOLDER}/ostype`, "Linux\n");
  expect(await collect(roundsmanUname({}), host)).toBe("<<<roundsman_uname>>>\nostype Linux\n");
});

test("no name of a host can look like a header", async () => {
  const { host } = madeUp({ [`${FOLDER}/hostname`]: "a\n<<<local>>>\n0 fine - all is well\n" });
  expect(await collect(roundsmanUname({}), host)).toBe(
    "<<<roundsman_uname>>>\nhostname a <<<local>>> 0 fine - all is well\n",
  );
});

test("the agent tells of itself what uname says", async () => {
  const folder = temporaryFolder();
  const flags = ["print", "--plugins", folder, "--local", folder];
  const { stdout: report } = await runProgram(bin("roundsman-agent"), flags, {
    maxBuffer: 1 << 26,
  });
  const [, text = ""] = /^<<<roundsman_uname>>>\n((?!<)[^]*?)<<</m.exec(report) ?? [];
  const said = new Map(
    Array.from(text.matchAll(/^(\S+) (.*)$/gm), ([, name, value]) => [name, value]),
  );
  const { stdout } = await runProgram("uname", ["-srvnm"]);
  const wanted = ["ostype", "hostname", "osrelease", "version", "machine"];
  expect(`${wanted.map((name) => said.get(name)).join(" ")}\n`).toBe(stdout);
});
