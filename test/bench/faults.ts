/** A day of faults in a few minutes: what they leave behind, and how the agent answers meanwhile. */
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { attack } from "./attack.ts";
import { fetchLoad, type Load } from "./load.ts";
import { connections, descriptors, memory, withWord } from "./processes.ts";
import { fetchAll, madeAt, startAgent } from "./subject.ts";
import { freePort, progress, sleep, startFarm, table, temporary } from "./tools.ts";

const FETCHES_PER_SECOND = 10;
const PEACE_SECONDS = 10;
/** As much as the agent says while a plugin floods it. */
const FLOOD_BYTES = 1024 * 1024;
/** What is held open has been let go by then. */
const LETTING_GO_SECONDS = 5;

/** Forks as fast as it can, within reason: a bench must not take its host down. */
const FORKING = "n=0; while [ $n -lt 200 ]; do sleep 1000 & n=$((n+1)); done";

/** A file system whose server never answers, for the agent alone to see; it goes with the agent. */
const HANGING_MOUNT = `
  exec 3<>/dev/fuse
  mkdir -p "$0" && mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 hanging "$0"
  exec "$@"`;

/** What scripts should not do. Those that hang are ended after 60 s, or with the agent in a shorter run. */
const scripts = {
  "plugins/hangs": "exec sleep 1000",
  "plugins/deaf": "trap '' TERM; while :; do sleep 1; done",
  "plugins/forks": `${FORKING}; wait`,
  "plugins/10/forks_and_goes": FORKING,
  "plugins/floods": "exec yes flood",
  "plugins/holds_the_pipe": "sleep 1000 & echo '<<<held>>>'",
  "plugins/dies": "kill -SEGV $$",
  "local/hangs": "while :; do sleep 1; done",
  "local/fine": "echo 0 Fine - well",
};

/** `minutes` of faults after a little peace; the table has a row per minute, three at least. */
export async function benchFaults(tools: string, minutes: number): Promise<void> {
  const { path: folder, end } = temporary();
  const port = await freePort();
  mkdirSync(join(folder, "tmp"));
  const env = { TMPDIR: join(folder, "tmp") };
  const mounts = existsSync("/dev/fuse") && process.getuid?.() === 0;
  if (!mounts) progress("without a hanging mount: that takes root and /dev/fuse");
  const agent = await startAgent({
    ...{ folder, port, interval: 1, env },
    ...(mounts && {
      under: ["unshare", "--mount", "bash", "-c", HANGING_MOUNT, join(folder, "mount")],
    }),
  });
  const farmPort = await freePort();
  const payload = Buffer.alloc(FLOOD_BYTES, "flood\n");
  const farm = await startFarm(tools, { port: farmPort, folder, payload });
  const rows: string[][] = [];
  const left: string[][] = [];
  const watch = async (what: string, seconds: number): Promise<void> => {
    const [ours, farms, oldest] = await Promise.all([
      fetchSteadily(tools, port, seconds),
      fetchSteadily(tools, farmPort, seconds),
      oldestAge(port, seconds),
    ]);
    const processes = withWord(folder).filter((pid) => ![agent.pid, farm.pid].includes(pid));
    rows.push([
      ...[what, ...cells(ours, oldest), ...times(farms).slice(1)],
      ...[...holdings(agent.pid, port), String(processes.length)],
    ]);
  };
  try {
    await watch("before", PEACE_SECONDS);
    for (const [name, text] of Object.entries(scripts)) writeScript(join(folder, name), text);
    const attackers = attack(port);
    const slices = Math.max(3, Math.ceil(minutes));
    const seconds = Math.ceil((minutes * 60) / slices);
    for (let i = 1; i <= slices; i++) {
      progress(`${seconds} s of faults, ${i} of ${slices}`);
      await watch(`until ${i * seconds} s`, seconds);
    }
    attackers.stop();
    await sleep(LETTING_GO_SECONDS);
    left.push([`connections, ${LETTING_GO_SECONDS} s later`, String(connections(port))]);
  } finally {
    await farm.stop();
    const began = performance.now();
    await agent.stop();
    left.push([
      "seconds until the agent had ended",
      ((performance.now() - began) / 1000).toFixed(1),
    ]);
  }
  left.push(["processes", String(withWord(folder).length)]);
  left.push(["temporary files", String(temporaryFiles(folder).length)]);
  end();
  table(
    `${minutes} min of faults, ${FETCHES_PER_SECOND} fetches/s meanwhile, tick 1 s` +
      " (aim: p99 under 5 ms, memory flat)" +
      "; the C farm is neither attacked nor hindered, and always says 1 MiB",
    [HEAD, ...rows],
  );
  table("what is left (aim: nothing)", left);
}

const HEAD = [
  ...["", "p50 ms", "p99 ms", "max ms", "failed", "oldest s", "C farm p99 ms", "C farm max ms"],
  ...["RSS MiB", "private MiB", "descriptors", "connections", "processes of scripts"],
];

const times = ({ ms_p50, ms_p99, ms_max }: Load): string[] =>
  [ms_p50, ms_p99, ms_max].map((ms) => ms.toFixed(2));

const cells = (load: Load, oldest: number): string[] => [
  ...times(load),
  String(load.failed),
  oldest.toFixed(1),
];

/** What the agent has: memory, descriptors, and connections to its port. */
function holdings(pid: number, port: number): string[] {
  const { rss, own } = memory([pid]);
  return [rss.toFixed(1), own.toFixed(1), String(descriptors(pid)), String(connections(port))];
}

function writeScript(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
}

/** At a rate, so that an answer that is late does not hide others that would have been. */
const fetchSteadily = (tools: string, port: number, seconds: number): Promise<Load> =>
  fetchLoad(tools, {
    ...{ port, seconds: seconds + 1, rate: FETCHES_PER_SECOND },
    ...{ clients: FETCHES_PER_SECOND, fetches: seconds * FETCHES_PER_SECOND },
  });

/** The greatest age of the data at delivery, asked for once a second. */
async function oldestAge(port: number, seconds: number): Promise<number> {
  let oldest = 0;
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    const report = await fetchAll(port);
    oldest = Math.max(oldest, Date.now() / 1000 - madeAt(report.toString("latin1")));
    await sleep(1);
  }
  return oldest;
}

/** What nobody will ask for again: all of TMPDIR, and drafts of what is kept. */
const temporaryFiles = (folder: string): readonly string[] => [
  ...readdirSync(join(folder, "tmp")),
  ...readdirSync(join(folder, "state"), { recursive: true, encoding: "utf8" }).filter(
    (name) => name !== "cache" && !name.endsWith(".said"),
  ),
];
