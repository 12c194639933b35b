import type { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { exposition } from "../../poller/exposition.ts";
import { judging } from "../../poller/judging.ts";
import { MAX_MISSED, poll } from "../../poller/poll.ts";
import type { Snapshot } from "../../poller/snapshots.ts";
import type { Host } from "../../poller/targets/host.ts";
import { hostOf } from "./hosts.ts";
import { meansOf } from "./means.ts";
import { type ScrapedFamily, scraped } from "./scraped.ts";
import { agent, answering } from "./sources/agents.ts";
import { toys } from "./toy.ts";

const { families } = judging(toys);
const REPORT = "<<<sizes>>>\nsda 1\nsdb 200\n<<<strange>>>\nx\n";

async function pollOnce(host: Host, last?: Snapshot): Promise<Snapshot> {
  const means = meansOf(toys, { last: () => last });
  const [own] = await poll(host, means, new AbortController().signal);
  if (!own) throw new Error("a poll gives a snapshot");
  return own;
}

async function seriesOf(...snapshots: Snapshot[]): Promise<Map<string, ScrapedFamily>> {
  const chunks: Buffer[] = [];
  for await (const chunk of exposition(snapshots, families)) chunks.push(chunk);
  return scraped(Buffer.concat(chunks).toString());
}

/** A family's labels and values, without the host. */
const values = (
  series: Map<string, ScrapedFamily>,
  name: string,
): [Record<string, string>, number][] | undefined =>
  series.get(name)?.samples.map(({ labels, value }) => {
    const { instance, ...others } = labels;
    expect(instance).toBe("web1");
    return [others, value];
  });

/** An agent that says what it is told, each time it is asked. */
const obeying = (says: { now: string | undefined }) => (socket: Socket) =>
  says.now === undefined ? socket.resetAndDestroy() : answering(says.now)(socket);

describe("a poll that brings a report", () => {
  test("gives services, metrics of the checks and facts about itself", async () => {
    const { port } = await agent(answering(REPORT));
    const snapshot = await pollOnce(hostOf(port, { labels: { env: "prod", job: "x" } }));
    expect(snapshot).toMatchObject({ up: true, missed: 0, errors: {} });
    expect([...(snapshot.outcome?.services ?? [])]).toMatchObject([
      { check: "sizes", service: "Size sda", item: "sda", state: 0 },
      { check: "sizes", service: "Size sdb", item: "sdb", state: 1 },
    ]);
    const series = await seriesOf(snapshot);
    expect(values(series, "roundsman_up")).toEqual([[{}, 1]]);
    expect(values(series, "roundsman_host_info")).toEqual([[{ env: "prod", label_job: "x" }, 1]]);
    expect(values(series, "roundsman_agent_output_bytes")).toEqual([[{}, REPORT.length]]);
    expect(values(series, "roundsman_sections")).toEqual([[{}, 2]]);
    expect(values(series, "roundsman_series")).toEqual([[{}, 5]]);
    expect(values(series, "roundsman_section_up")).toEqual([[{ section: "sizes" }, 1]]);
    expect(values(series, "toy_size_bytes")).toEqual([
      [{ device: "sda" }, 1],
      [{ device: "sdb" }, 200],
    ]);
    expect(values(series, "roundsman_service_state")).toEqual([
      [{ check: "agent", service: "Agent" }, 0],
      [{ check: "sizes", service: "Size sda" }, 0],
      [{ check: "sizes", service: "Size sdb" }, 1],
    ]);
    expect(values(series, "roundsman_section_age_seconds")).toBeUndefined();
  });

  test("says which sections could not be read and how old cached ones are", async () => {
    const at = Math.floor(Date.now() / 1000) - 30;
    const { port } = await agent(answering(`<<<sizes:cached(${at},60)>>>\nsda\n`));
    const series = await seriesOf(await pollOnce(hostOf(port)));
    expect(values(series, "roundsman_section_up")).toEqual([[{ section: "sizes" }, 0]]);
    expect(values(series, "roundsman_section_max_age_seconds")).toEqual([
      [{ section: "sizes" }, 60],
    ]);
    const [[, age] = [{}, 0]] = values(series, "roundsman_section_age_seconds") ?? [];
    expect(age).toBeGreaterThanOrEqual(30);
    expect(age).toBeLessThan(90);
  });

  test("compares with the poll before", async () => {
    const says = { now: "<<<compared>>>\ntime 100\na 1\n" };
    const { port } = await agent(obeying(says));
    const host = hostOf(port);
    const first = await pollOnce(host);
    says.now = "<<<compared>>>\ntime 160\na 1\n";
    const second = await pollOnce(host, first);
    const said = [first, second].flatMap(({ outcome }) =>
      Array.from(outcome?.services ?? [], ({ summary }) => summary),
    );
    expect(said).toEqual(["nothing 100", "100 160"]);
  });

  test("of which the end is missing uses what came whole, and counts", async () => {
    const { port } = await agent(answering("<<<sizes>>>\nsda 1\nsdb 2"));
    const snapshot = await pollOnce(hostOf(port));
    expect(snapshot.failure?.reason).toBe("truncated");
    const series = await seriesOf(snapshot);
    expect(values(series, "roundsman_up")).toEqual([[{}, 1]]);
    expect(values(series, "roundsman_poll_errors_total")).toEqual([[{ reason: "truncated" }, 1]]);
    expect(values(series, "toy_size_bytes")).toEqual([[{ device: "sda" }, 1]]);
  });

  test("tells of sections that no check knows how long they are", async () => {
    const { port } = await agent(answering(REPORT));
    const series = await seriesOf(await pollOnce(hostOf(port)));
    expect(values(series, "roundsman_sections_unknown")).toEqual([[{}, 1]]);
    expect(values(series, "roundsman_section_lines")).toEqual([[{ section: "strange" }, 1]]);
  });
});

describe("a host that fails", () => {
  test("is down at once, keeps its last values for a while, and counts its failures", async () => {
    const says: { now: string | undefined } = { now: REPORT };
    const { port } = await agent(obeying(says));
    const host = hostOf(port);
    let snapshot = await pollOnce(host);
    const { lastSuccess } = snapshot;
    says.now = undefined;
    for (let missed = 1; missed <= MAX_MISSED; missed++) {
      snapshot = await pollOnce(host, snapshot);
      expect(snapshot).toMatchObject({ up: false, missed, lastSuccess });
      expect(snapshot.failure?.reason).toBe("reset");
      const series = await seriesOf(snapshot);
      expect(values(series, "roundsman_up")).toEqual([[{}, 0]]);
      expect(values(series, "roundsman_poll_errors_total")).toEqual([
        [{ reason: "reset" }, missed],
      ]);
      expect(values(series, "roundsman_last_success_timestamp_seconds")).toEqual([
        [{}, lastSuccess],
      ]);
      expect(values(series, "toy_things")).toEqual(missed < MAX_MISSED ? [[{}, 2]] : undefined);
      const states = values(series, "roundsman_service_state") ?? [];
      expect(states[0]).toEqual([{ check: "agent", service: "Agent" }, 2]);
      expect(states).toHaveLength(missed < MAX_MISSED ? 3 : 1);
    }
    says.now = REPORT;
    const back = await pollOnce(host, snapshot);
    const series = await seriesOf(back);
    expect(back.missed).toBe(0);
    expect(values(series, "toy_things")).toEqual([[{}, 2]]);
    expect(values(series, "roundsman_poll_errors_total")).toEqual([
      [{ reason: "reset" }, MAX_MISSED],
    ]);
  });

  test("from the start has no time of success", async () => {
    const { port } = await agent((socket) => void socket.end());
    const series = await seriesOf(await pollOnce(hostOf(port)));
    expect(values(series, "roundsman_poll_errors_total")).toEqual([[{ reason: "empty" }, 1]]);
    expect(series.has("roundsman_last_success_timestamp_seconds")).toBe(false);
  });
});

test("a poll that is stopped has nothing to say", async () => {
  const { port } = await agent((socket) => void socket.resume());
  const controller = new AbortController();
  const polling = poll(hostOf(port), meansOf(toys), controller.signal);
  setTimeout(() => controller.abort(), 20);
  await expect(polling).rejects.toThrow();
});
