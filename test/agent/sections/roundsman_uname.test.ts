import { machine } from "node:os";
import { expect, test } from "vitest";
import { roundsmanUname } from "../../../agent/sections/roundsman_uname.ts";
import { runProgram } from "../../programs.ts";
import { collect, madeUp, thisMachine } from "./host.ts";

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

test("here it is what uname says", async () => {
  const text = await collect(roundsmanUname({ machine: machine() }), thisMachine());
  const { stdout } = await runProgram("uname", ["-srvnm"]);
  const facts = new Map(text?.split("\n").map((line) => line.split(/ (.*)/) as [string, string]));
  const said = ["ostype", "hostname", "osrelease", "version", "machine"].map((key) =>
    facts.get(key),
  );
  expect(`${said.join(" ")}\n`).toBe(stdout);
});
