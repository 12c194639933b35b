import { spawnSync } from "node:child_process";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { compareSync } from "bcryptjs";
import { expect, test } from "vitest";
import { readWebConfig } from "../../../poller/http/web_config.ts";
import { program, testWith, top } from "../../peers.ts";
import { temporaryFolder } from "../../programs.ts";
import { filledFolder } from "../pki/folders.ts";
import { filesOf } from "../sources/controller.ts";

/** The example with certificates beside it. */
async function example(): Promise<string> {
  const folder = temporaryFolder();
  const { ca, cert, key } = filesOf(await filledFolder(), "web1");
  await copyFile(cert, join(folder, "cert.pem"));
  await copyFile(key, join(folder, "key.pem"));
  await copyFile(ca, join(folder, "ca.pem"));
  await copyFile(join(top, "poller/deploy/web.yml"), join(folder, "web.yml"));
  return join(folder, "web.yml");
}

test("the example of a web config is read as it stands, with the password that it names", async () => {
  const { tls, users, headers } = await readWebConfig(await example());
  expect(tls?.clients).toBe("RequireAndVerifyClientCert");
  expect(compareSync("change-me", users.get("prometheus") ?? "")).toBe(true);
  expect(headers).toEqual({ "strict-transport-security": "max-age=31536000" });
});

testWith(program("promtool"))("promtool takes the example as well", async () => {
  const { status, stdout, stderr } = spawnSync(
    "promtool",
    ["check", "web-config", await example()],
    {
      encoding: "utf8",
    },
  );
  expect(`${stdout}${stderr}`).toContain("SUCCESS");
  expect(status).toBe(0);
});
