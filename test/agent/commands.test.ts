import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Commands } from "../../agent/commands.ts";

let folder: string;
let commands: Commands;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "roundsman-commands-"));
  commands = new Commands(`/nowhere:${folder}`);
});
afterEach(() => rmSync(folder, { recursive: true }));

function tool(name: string, script: string, mode = 0o755): void {
  writeFileSync(join(folder, name), `#!/bin/sh\nPATH=/usr/bin:/bin\n${script}\n`);
  chmodSync(join(folder, name), mode);
}

test("a command gives what it writes to stdout, byte for byte", async () => {
  tool("say", `printf '%s \\377\\n' "$1"; echo aside >&2`);
  expect(await commands.run(["say", "a b"])).toBe("a b \xff\n");
});

test("it speaks the language of machines", async () => {
  tool("show", 'echo "$LC_ALL"');
  expect(await commands.run(["show"])).toBe("C.UTF-8\n");
});

test("what is not installed is undefined, and so is what cannot be executed", async () => {
  tool("data", "echo no", 0o644);
  expect(await commands.run(["none"])).toBeUndefined();
  expect(await commands.run(["data"])).toBeUndefined();
});

describe("an error names the command and", () => {
  test("the exit code with the last line of stderr", async () => {
    tool("fail", "echo first >&2; echo 'no such device' >&2; exit 3");
    await expect(commands.run(["fail", "-a"])).rejects.toThrow(
      "fail -a ended with exit code 3: no such device",
    );
  });

  test("the signal it died of", async () => {
    tool("die", "kill -9 $$");
    await expect(commands.run(["die"])).rejects.toThrow("die died of SIGKILL");
  });

  test("the deadline that it missed", async () => {
    tool("hang", "sleep 60");
    await expect(commands.run(["hang"], { deadlineSeconds: 0.2 })).rejects.toThrow(
      "hang took longer than 0.2 s",
    );
  });

  test("that there was too much of it", async () => {
    tool("flood", "yes");
    await expect(commands.run(["flood"])).rejects.toThrow("flood wrote more than 8388608 bytes");
  });

  test("why it could not be started", async () => {
    writeFileSync(join(folder, "odd"), "#!/no/such/interpreter\n");
    chmodSync(join(folder, "odd"), 0o755);
    await expect(commands.run(["odd"])).rejects.toThrow("odd cannot be started: ");
  });
});

test("exit codes that are an answer are accepted", async () => {
  tool("half", "echo some; exit 1");
  expect(await commands.run(["half"], { accept: [0, 1] })).toBe("some\n");
  await expect(commands.run(["half"], { accept: [0] })).rejects.toThrow("exit code 1");
});

test("each call runs the command once", async () => {
  tool("count", `echo x >> ${folder}/counted`);
  await commands.run(["count"]);
  await commands.run(["count"]);
  expect(readFileSync(join(folder, "counted"), "utf8")).toBe("x\nx\n");
});
