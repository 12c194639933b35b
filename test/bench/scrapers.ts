/** Other programs that fetch from many hosts, as Debian packages them: what scraping costs them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { startFleet } from "./fleet.ts";
import { locate } from "./peer.ts";
import { residentOf, usedBy } from "./poller_subject.ts";
import { answers, freePort, portOf, sleep, start } from "./tools.ts";

const SAMPLES = 200;
const OCTET = 11;
/** After a first one, in which series are made. */
const ROUNDS = 3;

interface Scraper {
  readonly program: string;
  /** Of Debian. */
  readonly package: string;
  /** `sink` takes what is to be sent on. */
  flags(at: { config: string; folder: string; port: number; sink: number }): readonly string[];
  /** Its own count of scrapes, or of the intervals between them. */
  readonly count: RegExp;
}

const prometheus: Scraper = {
  program: "prometheus",
  package: "prometheus",
  flags: ({ config, folder, port }) => [
    `--config.file=${config}`,
    `--storage.tsdb.path=${folder}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=error",
  ],
  count: /^prometheus_target_interval_length_seconds_count\{.*\} (\S+)/gm,
};

const vmagent: Scraper = {
  program: "vmagent",
  package: "victoria-metrics",
  flags: ({ config, folder, port, sink }) => [
    `-promscrape.config=${config}`,
    `-remoteWrite.url=http://127.0.0.1:${sink}/`,
    `-remoteWrite.tmpDataPath=${folder}`,
    `-httpListenAddr=127.0.0.1:${port}`,
    "-loggerLevel=ERROR",
  ],
  count: /^vm_promscrape_scraped_samples_count (\S+)/gm,
};

export const scrapers: readonly Scraper[] = [vmagent, prometheus];

/** What one of them needs, or why that is not known. */
export type ScrapeCost = { readonly cpuMs: number; readonly rss: number } | string;

/** Has it scrape as many hosts, of 200 samples each, at an interval in seconds. */
export async function scraping(
  tools: string,
  scraper: Scraper,
  { folder, hosts, interval }: { folder: string; hosts: number; interval: number },
): Promise<ScrapeCost> {
  const path = locate(scraper.program);
  if (path === undefined)
    return `left out: ${scraper.program} is not installed (package ${scraper.package})`;
  const fleet = { hosts, octet: OCTET, port: await freePort() };
  const home = join(folder, `${scraper.program}-${hosts}`);
  mkdirSync(home);
  const payload = join(home, "payload");
  writeFileSync(payload, samples());
  const targets = join(home, "targets.json");
  const farm = await startFleet(tools, {
    ...{ ...fleet, payload },
    flags: { http: "", "http-sd": targets },
  });
  const sink = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((done) => sink.listen(0, "127.0.0.1", done));
  try {
    const at = { config: join(home, "config.yml"), folder: home, sink: portOf(sink) };
    writeFileSync(at.config, configOf(targets, interval));
    return await measured(scraper, path, { ...at, hosts, interval });
  } finally {
    sink.closeAllConnections();
    sink.close();
    await farm.stop();
  }
}

async function measured(
  scraper: Scraper,
  path: string,
  at: { config: string; folder: string; sink: number; hosts: number; interval: number },
): Promise<ScrapeCost> {
  const port = await freePort();
  const server = await start(path, scraper.flags({ ...at, port }));
  try {
    if (!(await answers(port))) return `${scraper.program} does not answer`;
    await sleep(at.interval * 1.5);
    const [before, used] = [await scrapes(scraper, port), usedBy(server)];
    await sleep(at.interval * ROUNDS);
    const count = (await scrapes(scraper, port)) - before;
    if (count === 0) return `${scraper.program} scrapes nothing`;
    return { cpuMs: ((usedBy(server) - used) / count) * 1000, rss: residentOf(server) };
  } finally {
    await server.stop();
  }
}

async function scrapes({ count }: Scraper, port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return [...text.matchAll(count)].reduce((sum, [, value]) => sum + Number(value), 0);
}

const configOf = (targets: string, interval: number): string =>
  `global: { scrape_interval: ${interval}s, scrape_timeout: ${Math.min(10, interval)}s }\n` +
  `scrape_configs:\n  - job_name: farm\n    file_sd_configs: [{ files: ["${targets}"] }]\n`;

/** What an exporter says: families of ten series, counters and gauges by turns. */
function samples(): string {
  const families = Array.from({ length: SAMPLES / 10 }, (_, family) => {
    const name = `node_example_of_a_family_${family}${family % 2 ? "_bytes" : "_seconds_total"}`;
    const series = Array.from(
      { length: 10 },
      (_, i) =>
        `${name}{device="/dev/mapper/vg0-lv${i}",fstype="ext4",mountpoint="/srv/data${i}"}` +
        ` ${(family + 1) * 1_234_567.25 + i}\n`,
    );
    const type = family % 2 ? "gauge" : "counter";
    return `# HELP ${name} One of the families of this host.\n# TYPE ${name} ${type}\n${series.join("")}`;
  });
  return families.join("");
}
