import { monitorEventLoopDelay } from "node:perf_hooks";
import { hashSync } from "bcryptjs";
import { describe, expect, onTestFinished, test } from "vitest";
import { Logins } from "../../../poller/http/logins.ts";
import { isHash, Passwords } from "../../../poller/http/passwords.ts";
import { basic, HASH, protectedBy, replace } from "./web.ts";

const USERS = `basic_auth_users: { ann: "${HASH}" }\n`;
const wanted = (): boolean => true;

function logins(): Logins {
  const all = new Logins();
  onTestFinished(() => all.close());
  return all;
}

describe("whoever asks", () => {
  test("is answered with the right name and password alone", async () => {
    const { url } = await protectedBy(USERS);
    const status = async (headers: Record<string, string>, path = "/metrics") =>
      (await fetch(`${url}${path}`, { headers })).status;
    expect(await status(basic("ann", "s3cret"))).toBe(200);
    expect(await status(basic("ann", "s3cret"), "/-/healthy")).toBe(200);
    expect(
      await status({
        authorization: basic("ann", "s3cret").authorization.replace("Basic", "basic"),
      }),
    ).toBe(200);
    for (const headers of [
      {},
      basic("ann", "secret"),
      basic("ann", ""),
      basic("bob", "s3cret"),
      basic("", ""),
      basic("__proto__", "s3cret"),
      { authorization: "Basic" },
      { authorization: "Basic ***" },
      { authorization: `Basic ${Buffer.from("ann").toString("base64")}` },
      { authorization: "Bearer s3cret" },
    ])
      expect(await status(headers), JSON.stringify(headers)).toBe(401);
  });

  test("is told how to ask, on every path, and nothing else", async () => {
    const { url } = await protectedBy(USERS);
    for (const path of ["/", "/metrics", "/-/healthy", "/nothing", "/config", "/hosts/x"]) {
      const response = await fetch(`${url}${path}`);
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toMatch(/^Basic realm="roundsman"/);
      expect(await response.text()).toBe("a user's name and password are needed\n");
    }
  });

  test("may have a password with a colon, and one that is not ASCII", async () => {
    const all = logins();
    const users = new Map([["ann", hashSync("a:ü:b", 4)]]);
    const { authorization } = basic("ann", "a:ü:b");
    expect(await all.admit(authorization, users, wanted)).toBe("welcome");
  });

  test("is known from then on, until the password is another", async () => {
    const { url, file } = await protectedBy(USERS);
    const headers = basic("ann", "s3cret");
    const status = async () => (await fetch(url, { headers })).status;
    expect(await status()).toBe(200);
    await replace(file, `basic_auth_users: { ann: "${hashSync("other", 4)}" }\n`);
    await expect.poll(status).toBe(401);
    await replace(file, "basic_auth_users: { ann: nothing }\n");
    expect(await status()).toBe(401);
  });
});

test("headers that the file names come with every answer, over ours", async () => {
  const { url, file } = await protectedBy(
    "http_server_config: { headers: { X-Frame-Options: deny } }\n",
  );
  for (const path of ["/", "/nothing", "/%zz"])
    expect((await fetch(`${url}${path}`)).headers.get("x-frame-options")).toBe("deny");
  const policy = "default-src 'self'";
  await replace(
    file,
    `http_server_config: { headers: { Content-Security-Policy: "${policy}" } }\n`,
  );
  await expect
    .poll(async () => (await fetch(url)).headers.get("content-security-policy"))
    .toBe(policy);
});

describe("comparing passwords", () => {
  const slow = hashSync("s3cret", 11);

  test("leaves the event loop to others", async () => {
    const all = logins();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const users = new Map([["ann", slow]]);
    await all.admit(basic("ann", "warm up").authorization, users, wanted);
    delay.enable();
    await all.admit(basic("ann", "s3cret").authorization, users, wanted);
    delay.disable();
    expect(delay.percentile(90) / 1e6).toBeLessThan(30);
  });

  test("costs nothing for a login that is known, and once for those who try the same", async () => {
    const all = logins();
    const users = new Map([["ann", slow]]);
    const { authorization } = basic("ann", "s3cret");
    const many = Array.from({ length: 100 }, () => all.admit(authorization, users, wanted));
    expect(new Set(await Promise.all(many))).toEqual(new Set(["welcome"]));
    const began = performance.now();
    for (let i = 0; i < 100; i++) await all.admit(authorization, users, wanted);
    expect(performance.now() - began).toBeLessThan(50);
  });

  test("costs as much for a user that is not there as for a wrong password", async () => {
    const all = logins();
    const users = new Map([["ann", slow]]);
    const time = async (user: string): Promise<number> => {
      const times: number[] = [];
      for (let i = 0; i < 5; i++) {
        await new Promise((done) => setTimeout(done, 400));
        const began = performance.now();
        await all.admit(basic(user, `wrong${i}`).authorization, users, wanted);
        times.push(performance.now() - began);
      }
      return times.sort((a, b) => a - b)[1]!;
    };
    await all.admit(basic("ann", "warm up").authorization, users, wanted);
    const [there, absent] = [await time("ann"), await time("bob")];
    expect(absent / there).toBeGreaterThan(0.5);
    expect(absent / there).toBeLessThan(2);
  });

  test("is bounded: of a crowd of guesses most are sent away, and who is known is not", async () => {
    const all = logins();
    const users = new Map([["ann", HASH]]);
    const { authorization } = basic("ann", "s3cret");
    await all.admit(authorization, users, wanted);
    const guesses = Array.from({ length: 200 }, (_, i) =>
      all.admit(basic("ann", `guess${i}`).authorization, users, wanted),
    );
    expect(await all.admit(authorization, users, wanted)).toBe("welcome");
    const answers = await Promise.all(guesses);
    expect(answers.filter((answer) => answer === "stranger")).toHaveLength(16);
    expect(answers.filter((answer) => answer === "busy")).toHaveLength(184);
  });

  test("is not done for those who have left, while others still wait for the same", async () => {
    const all = logins();
    const users = new Map([["ann", slow]]);
    const { authorization } = basic("ann", "s3cret");
    const first = all.admit(basic("ann", "other").authorization, users, wanted);
    const left = all.admit(authorization, users, () => false);
    const waits = all.admit(authorization, users, wanted);
    expect([await first, await left, await waits]).toEqual(["stranger", "busy", "welcome"]);
  });

  test("rests for as long as it worked", async () => {
    const passwords = new Passwords();
    onTestFinished(() => passwords.close());
    const timed = async (): Promise<number> => {
      const began = performance.now();
      await passwords.matches("x", slow, wanted);
      return performance.now() - began;
    };
    await timed();
    const ratios: number[] = [];
    for (let i = 0; i < 3; i++) {
      await new Promise((done) => setTimeout(done, 1000));
      const first = await timed();
      ratios.push((await timed()) / first);
    }
    expect(ratios.sort((one, other) => one - other)[1]).toBeGreaterThan(1.4);
  });

  test("takes nothing for a hash that is none", () => {
    expect(isHash(HASH)).toBe(true);
    for (const text of [
      "",
      "s3cret",
      HASH.slice(1),
      `${HASH}x`,
      HASH.replace("04", "03"),
      HASH.replace("04", "31"),
    ])
      expect(isHash(text), text).toBe(false);
  });
});
