import { expect, test } from "vitest";
import { eventually } from "../../programs.ts";
import { type Agent, agent, answering } from "../sources/agents.ts";
import { type Poller, poller } from "./poller.ts";

const NAMES = Array.from({ length: 8 }, (_, i) => `hyper${i}`);

const told = (of: string, service: string): string =>
  `<<<<${of}>>>>\n<<<local:sep(0)>>>\n0 ${service} - told\n<<<<>>>>\n`;

const entry = (name: string, { port }: Agent, more = ""): string =>
  `  - { name: ${name}, address: 127.0.0.1, port: ${port}${more} }\n`;

const config = (hosts: string): string =>
  `processes: 3\npoll: { interval: 6s, timeout: 5s }\nhosts:\n${hosts}`;

const guestOf = async (one: Poller, guest: string): Promise<string | undefined> => {
  const { hosts } = JSON.parse(await one.get("/api/v1/hosts")) as {
    hosts: { name: string; guestOf?: string; state: string }[];
  };
  const found = hosts.find(({ name }) => name === guest);
  return found && `${found.state} ${String(found.guestOf)}`;
};

test("a host hears what hosts of other processes say of it", async () => {
  const agents = await Promise.all(
    NAMES.map((name) => agent(answering(told("db1", `By_${name}`)))),
  );
  const db1 = await agent(answering("<<<local:sep(0)>>>\n0 Own - said\n"));
  const hosts = NAMES.map((name, i) => entry(name, agents[i]!, ', piggyback: ["db*"]'));
  const one = await poller(config(hosts.join("") + entry("db1", db1)));
  for (const service of ["Own", ...NAMES.map((name) => `By_${name}`)])
    await eventually(() => one.summary("db1", service));
});

test("nobody is heard who may not speak, whichever process he is polled by", async () => {
  const agents = await Promise.all(
    NAMES.map((name) => agent(answering(told("db1", `By_${name}`)))),
  );
  const db1 = await agent(answering("<<<local:sep(0)>>>\n0 Own - said\n"));
  const hosts = NAMES.map((name, i) => entry(name, agents[i]!));
  const one = await poller(config(hosts.join("") + entry("db1", db1)));
  for (const name of NAMES)
    await eventually(
      async () =>
        (await one.get("/metrics")).includes(
          `roundsman_piggyback_refused{instance="${name}"} 1\n`,
        ) || undefined,
    );
  await eventually(() => (db1.accepted() > 2 ? true : undefined));
  expect(await one.summary("db1", "Own")).toBe("said");
  for (const name of NAMES) expect(await one.summary("db1", `By_${name}`)).toBeUndefined();
});

test("of those who speak for a guest one is heard, until he falls silent", async () => {
  const mute = new Set<string>();
  const agents = await Promise.all(
    NAMES.map((name) =>
      agent((socket) => {
        if (mute.has(name)) socket.resetAndDestroy();
        else answering(`<<<uptime>>>\n1 1\n${told("vm1", `By_${name}`)}`)(socket);
      }),
    ),
  );
  const one = await poller(config(NAMES.map((name, i) => entry(name, agents[i]!)).join("")));
  const first = await eventually(() => guestOf(one, "vm1"));
  const speaker = first.replace("OK ", "");
  expect(NAMES).toContain(speaker);
  const others = NAMES.filter((name) => name !== speaker);
  for (const name of others)
    await eventually(
      async () =>
        (await one.get("/metrics")).includes(
          `roundsman_piggyback_refused{instance="${name}"} 1\n`,
        ) || undefined,
    );
  expect(await guestOf(one, "vm1")).toBe(first);
  mute.add(speaker);
  await eventually(async () => {
    const now = await guestOf(one, "vm1");
    return now !== first && now?.startsWith("OK ") ? now : undefined;
  });
});

test("a guest of hosts that may speak for it hears all of them", async () => {
  const agents = await Promise.all(
    NAMES.map((name) => agent(answering(told("vm1", `By_${name}`)))),
  );
  const hosts = NAMES.map((name, i) => entry(name, agents[i]!, ', piggyback: ["vm*"]'));
  const one = await poller(config(hosts.join("")));
  for (const name of NAMES) await eventually(() => one.summary("vm1", `By_${name}`));
});
