import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished } from "vitest";
import { turnOf } from "../../../poller/schedule.ts";
import { remoteWrite, type RemoteWriting } from "../../../poller/sinks/remote_write.ts";
import { program, testWith } from "../../peers.ts";
import {
  eventually,
  freePort,
  type Running,
  startProgram,
  temporaryFolder,
} from "../../programs.ts";
import { pollOf, polled, reportOf } from "./polls.ts";
import { logged, writeTo } from "./receiver.ts";

/** A real one with its receiver; it may be stopped and started again with what it has. */
async function prometheus() {
  const folder = temporaryFolder();
  const config = join(folder, "prometheus.yml");
  writeFileSync(config, "scrape_configs: []\n");
  const port = await freePort();
  const start = (): Promise<Running> =>
    startProgram(
      "prometheus",
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, "data")}`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--web.enable-remote-write-receiver",
      ],
      "Server is ready to receive web requests",
    );
  const query = async (expression: string, time: number): Promise<readonly number[]> => {
    const at = `query=${encodeURIComponent(expression)}&time=${time}`;
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/query?${at}`);
    const { data } = (await response.json()) as {
      data: { result: readonly { value: readonly [number, string] }[] };
    };
    return data.result.map(({ value }) => Number(value[1]));
  };
  return { start, query, url: `http://127.0.0.1:${port}/api/v1/write` };
}

function writing(url: string): RemoteWriting {
  const sink = remoteWrite([writeTo(url)], { folder: temporaryFolder(), log: logged() });
  onTestFinished(() => sink.close());
  return sink;
}

const sent = (sink: RemoteWriting): Promise<true> =>
  eventually(() => (sink.stats()[0]?.pendingBytes === 0 ? true : undefined));

const NOW = Math.floor(Date.now() / 1000);
/** An hour ago, on a whole minute. */
const START = NOW - 3600 - (NOW % 60);
const POLL = 60;
const TRUTH = 125;
/** Seconds that an agent's report is old when it is fetched, from poll to poll. */
const AGES = [3.1, 9.4, 0.2, 6.6];

const atPoll = (n: number): number => START + n * POLL;
const ageOf = (n: number): number => AGES[n % AGES.length] ?? 0;

/** Those but the first would be due just after agents collect, if nothing kept polls away from it. */
const HOSTS = ["web1", "web11", "web299", "web1203"];
/** Seconds that polls are late, from poll to poll. */
const DELAYS = [0, 0.9, 0.3, 1.2];
/** Agents collect every so many seconds of the wall clock, and have a report so many later. */
const TICK = 10;
const COLLECTING = 0.4;

/** When a host is polled for the n-th time, and when its agent then has collected. */
function pollOfHost(host: string, n: number): { readonly at: number; readonly time: number } {
  const at = atPoll(n) + turnOf(host, POLL * 1000) / 1000 + (DELAYS[n % DELAYS.length] ?? 0);
  return { at, time: Math.floor((at - COLLECTING) / TICK) * TICK };
}

/** A counter that was steady, as the agent saw it at its time. */
const countedAt = (time: number) => ({ sda: 1e6 + TRUTH * (time - START) });

interface Rates {
  readonly lowest: number;
  readonly highest: number;
  /** How often there was none. */
  readonly missing: number;
}

/** `rate` over a window, by the truth, at each seventh second of five minutes in the middle of the hour. */
async function ratesOver(
  window: number,
  series: string,
  query: (expression: string, time: number) => Promise<readonly number[]>,
): Promise<Rates> {
  const found: number[] = [];
  let wanted = 0;
  for (let at = START + 1800; at < START + 2100; at += 7) {
    wanted += (await query(series, at)).length;
    found.push(...(await query(`rate(${series}[${window}s])`, at)));
  }
  expect(found.length).toBeGreaterThan(0);
  const ratios = found.map((rate) => rate / TRUTH);
  return {
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    missing: wanted - found.length,
  };
}

describe("the rate of a steady counter", () => {
  testWith(program("prometheus"))(
    "is within 2% of the truth at polls every 60 s, whatever the window",
    async () => {
      const { start, query, url } = await prometheus();
      await start();
      const sink = writing(url);
      for (let n = 0; n < 60; n++)
        for (const host of HOSTS) {
          const { at, time } = pollOfHost(host, n);
          sink.take(polled({ at, host, time, reads: countedAt(time) }));
        }
      await sent(sink);
      expect(sink.stats()[0]).toMatchObject({ failed: 0, retries: 0 });
      const found: Record<number, Rates> = {};
      for (const window of [90, 120, 150, 180, 240, 300, 450, 600, 1200])
        found[window] = await ratesOver(window, "toy_reads_total", query);
      for (const [window, { lowest, highest, missing }] of Object.entries(found)) {
        expect(lowest, window).toBeGreaterThan(0.98);
        expect(highest, window).toBeLessThan(1.02);
        // A window of less than two intervals may hold one sample only.
        if (Number(window) >= 2 * POLL) expect(missing, window).toBe(0);
      }
    },
  );

  testWith(program("prometheus"))(
    "is 0 to 1.33 times the truth where the same polls are scraped every 15 s",
    async () => {
      const { start, query, url } = await prometheus();
      await start();
      const sink = writing(url);
      for (let at = START; at < START + 3600; at += 15) {
        // What a scrape shows is what the last poll brought.
        const poll = at - ((at - START) % POLL);
        sink.take(polled({ at, reads: countedAt(poll - 5) }));
      }
      await sent(sink);
      const { lowest, highest } = await ratesOver(60, 'toy_reads_total{instance="web1"}', query);
      expect(lowest).toBe(0);
      expect(highest).toBeCloseTo(4 / 3, 1);
    },
  );
});

testWith(program("prometheus"))(
  "a Prometheus that was stopped for minutes has no gap afterwards, and each sample once",
  async () => {
    const { start, query, url } = await prometheus();
    const first = await start();
    const sink = writing(url);
    const take = (n: number): void => {
      const time = atPoll(n) - ageOf(n);
      sink.take(polled({ at: atPoll(n), time, reads: countedAt(time) }));
    };
    for (let n = 0; n < 20; n++) take(n);
    await sent(sink);
    await first.stop();
    for (let n = 20; n < 40; n++) take(n);
    await eventually(() => ((sink.stats()[0]?.retries ?? 0) > 0 ? true : undefined));
    await start();
    for (let n = 40; n < 60; n++) take(n);
    await sent(sink);
    expect(sink.stats()[0]).toMatchObject({ failed: 0 });
    const end = atPoll(59);
    for (const series of ["toy_reads_total", "roundsman_up"])
      expect(await query(`count_over_time(${series}[1h])`, end)).toEqual([60]);
    expect(await query("changes(toy_reads_total[1h])", end)).toEqual([59]);
    expect(await query("max_over_time(toy_reads_total[1h])", end)).toEqual([
      countedAt(end - ageOf(59)).sda,
    ]);
  },
);

testWith(program("prometheus"))("a series that ended is gone at once", async () => {
  const { start, query, url } = await prometheus();
  await start();
  const sink = writing(url);
  sink.take(polled({ at: atPoll(0), reads: { sda: 1, "sdb\u{a0000}": 1 } }));
  sink.take(polled({ at: atPoll(0), host: "web2", reads: { sda: 1 } }));
  const outcome = reportOf({ at: atPoll(1), reads: { sda: 2 } });
  sink.take(pollOf(atPoll(1), outcome));
  sink.take(pollOf(atPoll(2), undefined, { host: "web2" }));
  await sent(sink);
  const instances = (time: number) => query("count(toy_reads_total) by (instance, device)", time);
  expect(await instances(atPoll(0) + 1)).toEqual([1, 1, 1]);
  expect(await instances(atPoll(1) + 1)).toEqual([1, 1]);
  expect(await instances(atPoll(2) + 1)).toEqual([1]);
  expect(await query("roundsman_up", atPoll(2) + 1)).toEqual([1, 0]);
  sink.gone("web2");
  await sent(sink);
  expect(await query('roundsman_up{instance="web2"}', Date.now() / 1000)).toEqual([]);
  expect(sink.stats()[0]).toMatchObject({ failed: 0 });
});

testWith(program("prometheus"))(
  "what a Prometheus refuses of one host costs the others nothing",
  async () => {
    const { start, query, url } = await prometheus();
    await start();
    const before = writing(url);
    before.take(polled({ at: atPoll(5), reads: { sda: 5 } }));
    await sent(before);
    const sink = writing(url);
    for (let n = 1; n <= 8; n++)
      sink.take(polled({ at: atPoll(n === 1 ? 3 : 5), host: `web${n}`, reads: { sda: n } }));
    await sent(sink);
    const { sent: taken = 0, failed = 0 } = sink.stats()[0] ?? {};
    expect(failed).toBe((taken + failed) / 8);
    const values = await query("sort(toy_reads_total)", atPoll(5) + 1);
    expect(values).toEqual([2, 3, 4, 5, 5, 6, 7, 8]);
  },
);
