import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../../poller/config.ts";
import type { Reloaded } from "../../../poller/http/reload.ts";
import { temporaryFolder } from "../../programs.ts";
import { serving, text } from "./serving.ts";

/** A server whose config can be written anew. */
async function reloadable() {
  const file = join(temporaryFolder(), "p.yaml");
  const write = (config: string): void => writeFileSync(file, config);
  write("hosts: []\n");
  const read = () => readFileSync(file, "utf8");
  let inForce = read();
  let running = 0;
  const reload = async (): Promise<Reloaded> => {
    expect(++running).toBe(1);
    const written = read();
    await new Promise((done) => setTimeout(done, 20));
    running--;
    try {
      parseConfig(written, "p.yaml");
      inForce = written;
      return { ok: true };
    } catch (error) {
      return { error: (error as Error).message };
    }
  };
  const { url } = await serving([], { reload, config: () => inForce });
  const post = (init: RequestInit = {}) => fetch(`${url}/-/reload`, { method: "POST", ...init });
  return { url, write, post };
}

describe("/-/reload", () => {
  test.each(["POST", "PUT"])("has the config read again: %s", async (method) => {
    const { url, write, post } = await reloadable();
    write("hosts: [{ name: web1 }]\n");
    const response = await post({ method });
    expect([response.status, await response.text()]).toEqual([200, "reloaded\n"]);
    expect(await text(`${url}/config`)).toContain("web1");
  });

  test("says what is wrong with the config, and leaves all as it was", async () => {
    const { url, write, post } = await reloadable();
    write("hosts: []\nlisten: nowhere\n");
    const response = await post();
    expect([response.status, await response.text()]).toEqual([
      500,
      'p.yaml:2: listen: "nowhere" is not ADDRESS:PORT\n',
    ]);
    expect(await text(`${url}/config`)).toBe("hosts: []\n");
  });

  test("takes no link for a wish, and no page of somebody else's", async () => {
    const { url, post } = await reloadable();
    const got = await fetch(`${url}/-/reload`);
    expect([got.status, got.headers.get("allow")]).toEqual([405, "POST, PUT"]);
    for (const site of ["cross-site", "same-site"])
      expect((await post({ headers: { "sec-fetch-site": site } })).status).toBe(403);
    expect((await post({ headers: { "sec-fetch-site": "same-origin" } })).status).toBe(200);
  });

  test("takes whatever body tools send along, if it is short", async () => {
    const { post } = await reloadable();
    for (const type of ["application/json", "application/x-www-form-urlencoded", "x/y"]) {
      const headers = { "content-type": type };
      expect((await post({ headers, body: "{" })).status).toBe(200);
      expect((await post({ headers, body: "x".repeat(5000) })).status).toBe(413);
    }
  });

  test("is done once at a time, and the last wish is heard", async () => {
    const { url, write, post } = await reloadable();
    const several = [post(), post()];
    await several[0];
    write("hosts: [{ name: web9 }]\n");
    const answers = await Promise.all([...several, post(), post()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await text(`${url}/config`)).toContain("web9");
  });

  test("says so where there is nothing to reload, or where reloading breaks", async () => {
    const none = await serving([]);
    const response = await fetch(`${none.url}/-/reload`, { method: "POST" });
    expect([response.status, await response.text()]).toEqual([
      500,
      "the config is not reloaded here\n",
    ]);
    const broken = new Error("inner");
    const { url, defects } = await serving([], { reload: () => Promise.reject(broken) });
    for (let i = 0; i < 2; i++)
      expect(await (await fetch(`${url}/-/reload`, { method: "POST" })).text()).toBe(
        "internal error\n",
      );
    expect(defects).toEqual([broken, broken]);
  });
});
