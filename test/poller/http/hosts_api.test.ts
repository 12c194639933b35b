import { describe, expect, test } from "vitest";
import { hostDocument, hostList } from "../../../poller/http/hosts_api.ts";
import { groupList, targetList } from "../../../poller/http/targets_api.ts";
import { discovered } from "../../../poller/targets/discovered.ts";
import { parseConfig } from "../../../poller/config.ts";
import { hostOf } from "../hosts.ts";
import { outcomeOf, servicesOf, snapshotOf } from "../means.ts";
import { agent, answering } from "../sources/agents.ts";
import { json, serving, text } from "./serving.ts";

const REPORT = [
  "<<<uptime>>>",
  "12345.6 1",
  "<<<local:sep(0):cached(1700000000,90)>>>",
  "0 Fine a=1;5;9;0;10 good",
  "2 Bad - broken\\nsecond line",
  "<<<strange>>>",
  "one",
  "two",
  "<<<mem>>>",
  "rubbish",
  "<<<<vm1>>>>",
  "<<<uptime>>>",
  "5 5",
  "<<<<>>>>",
  "",
].join("\n");

/** Two hosts, one of them down, and a guest. */
async function fleet() {
  const { port } = await agent(answering(REPORT));
  const up = hostOf(port, { labels: { site: "berlin" }, tags: ["linux", "prod"] });
  const served = await serving([up, hostOf(1, { name: "dead" }), hostOf(2, { name: "new" })]);
  for (const host of [up, hostOf(1, { name: "dead" })])
    served.snapshots.set(await served.flights.poll(host, new AbortController().signal));
  return { ...served, port };
}

describe("/api/v1/hosts", () => {
  test("lists every host in short, guests included", async () => {
    const { url, port } = await fleet();
    const { hosts } = hostList.parse(await json(`${url}/api/v1/hosts`));
    expect(hosts.map(({ name, state }) => [name, state])).toEqual([
      ["web1", "CRIT"],
      ["dead", "DOWN"],
      ["new", "WAIT"],
      ["vm1", "OK"],
    ]);
    const [web1, dead, fresh, guest] = hosts;
    const now = Date.now() / 1000;
    expect(web1).toMatchObject({
      ...{ up: true, address: `127.0.0.1:${port}`, labels: { site: "berlin" } },
      tags: ["linux", "prod"],
    });
    expect(web1?.servicesByState).toMatchObject({ CRIT: 1, WARN: 0 });
    expect(now - (web1?.lastPoll ?? 0)).toBeLessThan(30);
    expect(web1?.next).toBeGreaterThan(now - 1);
    expect(web1?.next).toBeLessThanOrEqual(now + 60);
    expect(dead).toMatchObject({ up: false, reason: "refused", message: "connection refused" });
    expect(dead?.lastSuccess).toBeUndefined();
    expect([fresh?.up, fresh?.lastPoll]).toEqual([undefined, undefined]);
    expect(guest).toMatchObject({ guestOf: "web1", up: true });
    expect([guest?.next, guest?.address]).toEqual([undefined, undefined]);
  });

  test("is one document for any number of hosts, and leaves others their turn", async () => {
    const hosts = Array.from({ length: 3000 }, (_, i) => hostOf(1, { name: `host${i}` }));
    const { url, snapshots } = await serving(hosts);
    for (const host of hosts) snapshots.set(snapshotOf({ host }));
    const listed = json(`${url}/api/v1/hosts`);
    expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
    expect(hostList.parse(await listed).hosts).toHaveLength(3000);
  });
});

describe("/api/v1/hosts/NAME", () => {
  test("tells services worst first, sections with their ages, and polls", async () => {
    const { url } = await fleet();
    const host = hostDocument.parse(await json(`${url}/api/v1/hosts/web1`));
    expect(host.services[0]).toMatchObject({
      ...{ service: "Bad", check: "local", state: "CRIT", summary: "broken" },
    });
    expect(host.services[0]?.details).toContain("second line");
    expect(host.services.find(({ service }) => service === "Fine")?.perfdata).toEqual([
      { name: "a", value: 1, upper: { warn: 5, crit: 9 }, min: 0, max: 10 },
    ]);
    const section = (name: string) => host.sections.find((one) => one.name === name);
    expect(section("uptime")).toMatchObject({ known: true });
    expect(section("uptime")?.age).toBeLessThan(30);
    expect(section("local")).toMatchObject({ known: true, cachedFor: 90 });
    expect(section("local")?.age).toBeGreaterThan(1e7);
    expect(section("strange")).toMatchObject({ known: false, lines: 2 });
    expect(section("mem")?.error).toBeDefined();
    expect(host.polls[0]).toMatchObject({ bytes: REPORT.length });
    expect(host.polls[0]?.phases?.firstByte).toBeGreaterThan(0);
    const dead = hostDocument.parse(await json(`${url}/api/v1/hosts/dead`));
    expect(dead.polls[0]?.reason).toBe("refused");
    expect(dead.sections).toEqual([]);
  });

  test("takes numbers that JSON does not have for none", async () => {
    const host = hostOf(1);
    const { url, snapshots } = await serving([host]);
    const perfdata = [
      { name: "x", value: NaN, levels: { upper: { warn: 1, crit: Infinity } }, max: Infinity },
    ];
    const service = { service: "S", check: "local", state: 0 as const, summary: "", perfdata };
    snapshots.set(snapshotOf({ host, services: servicesOf([service]) }));
    const document = hostDocument.parse(await json(`${url}/api/v1/hosts/web1`));
    expect(document.services[0]?.perfdata).toEqual([
      { name: "x", value: null, upper: { warn: 1, crit: null }, max: null },
    ]);
  });

  test.each([
    "a/b c",
    "..%2f..",
    "ü\u202e<script>",
    "x".repeat(255),
    "\u{1f600}".repeat(60),
    "%",
    "a?b#c",
    "+",
  ])("finds a host by any name: %s", async (name) => {
    const { url } = await serving([hostOf(1, { name })]);
    const path = `${url}/api/v1/hosts/${encodeURIComponent(name)}`;
    expect(hostDocument.parse(await json(path)).name).toBe(name);
    const page = await text(`${url}/hosts/${encodeURIComponent(name)}`);
    expect(page).toContain("<h1>roundsman</h1>");
    expect(page).not.toContain("<script>");
    const link = /<a href="(\/hosts\/[^"]*)"/.exec(await text(url))?.[1] ?? "";
    expect(decodeURIComponent(link)).toBe(`/hosts/${name}`);
  });

  test.each(["nobody", "__proto__", "constructor", "%00", "%f0%9f%98%80", "x".repeat(4000)])(
    "is 404 for a host that is not there: %s",
    async (name) => {
      const { url, defects } = await serving([hostOf(1)]);
      for (const path of ["/api/v1/hosts/", "/hosts/"])
        expect((await fetch(`${url}${path}${name}`)).status).toBe(404);
      expect(defects).toEqual([]);
    },
  );

  test.each(["%", "%zz", "%ff", "%c3%28"])("is 400 for what is no name: %s", async (name) => {
    const { url } = await serving([hostOf(1)]);
    for (const path of ["/api/v1/hosts/", "/hosts/"])
      expect((await fetch(`${url}${path}${name}`)).status).toBe(400);
  });

  test("shows what strangers say without what would control a terminal", async () => {
    const { port } = await agent(
      answering('<<<local:sep(0)>>>\n2 "A\u202eB\u009b" - \u001b[2J\u2028</script>\n'),
    );
    const { url, pollAll } = await serving([hostOf(port, { tags: ["\u202e\u0085"] })]);
    await pollAll();
    for (const path of ["/api/v1/hosts", "/sd", "/api/v1/targets"])
      expect(await text(`${url}${path}`)).not.toMatch(/[\u007f-\u009f\u202e\u2028]/);
    const body = await text(`${url}/api/v1/hosts/web1`);
    expect(body).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\u2028]/);
    expect(hostDocument.parse(JSON.parse(body)).services[0]?.service).toContain("\u202e");
  });

  test("forgets nothing of a long list", async () => {
    const host = hostOf(1);
    const { url, snapshots } = await serving([host]);
    const services = servicesOf(
      Array.from({ length: 5000 }, (_, i) => ({
        ...{ service: `S${i}`, check: "local", state: 1 as const, summary: "y".repeat(200) },
      })),
    );
    snapshots.set(snapshotOf({ host, services, outcome: outcomeOf({ services }) }));
    const document = hostDocument.parse(await json(`${url}/api/v1/hosts/web1`));
    expect(document.services).toHaveLength(5000);
  });
});

test("/api/v1/targets is what Prometheus' own is like", async () => {
  const { url, port } = await fleet();
  const { data } = targetList.parse(await json(`${url}/api/v1/targets?state=active`));
  const [web1, dead, fresh] = data.activeTargets;
  expect(data.activeTargets).toHaveLength(3);
  expect(web1).toMatchObject({
    labels: { instance: "web1", job: "node", site: "berlin" },
    ...{ health: "up", lastError: "", scrapeInterval: "1m", scrapeTimeout: "20s" },
    scrapeUrl: `tcp://127.0.0.1:${port}`,
  });
  expect(Date.parse(web1?.lastScrape ?? "")).toBeGreaterThan(Date.now() - 60_000);
  expect(dead).toMatchObject({ health: "down", lastError: "connection refused" });
  expect(fresh).toMatchObject({ health: "unknown", lastScrape: "0001-01-01T00:00:00Z" });
  expect(await json(`${url}/api/v1/targets?state=dropped`)).toMatchObject({
    data: { activeTargets: [] },
  });
  expect((await fetch(`${url}/api/v1/targets?state=lost`)).status).toBe(400);
});

describe("/sd", () => {
  test("is a list that a poller understands, with names, labels and tags", async () => {
    const hosts = [
      hostOf(7000, { labels: { site: "berlin" }, tags: ["linux", "prod"] }),
      hostOf(6556, { name: "v6", address: "2001:db8::1" }),
      hostOf(1, { name: "program", address: "", program: ["ssh", "secret"] }),
    ];
    const { url } = await serving(hosts);
    const response = await fetch(`${url}/sd`);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const groups = groupList.parse(await response.json());
    expect(groups).toEqual([
      {
        targets: ["127.0.0.1:7000"],
        labels: { site: "berlin", __name: "web1", __tags: "linux,prod" },
      },
      { targets: ["[2001:db8::1]:6556"], labels: { __name: "v6" } },
      { targets: ["program"], labels: { __name: "program" } },
    ]);
    const { poll } = parseConfig("", "c.yaml");
    expect(discovered(groups, poll)[0]).toMatchObject({
      ...{ name: "web1", address: "127.0.0.1", port: 7000 },
      ...{ labels: { site: "berlin" }, tags: ["linux", "prod"] },
    });
  });

  test("lists neither guests nor more than there is", async () => {
    const { url } = await fleet();
    expect(groupList.parse(await json(`${url}/sd`))).toHaveLength(3);
    const empty = await serving([]);
    expect(await json(`${empty.url}/sd`)).toEqual([]);
  });
});
