import type { Check, Result } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { bytes, duration, percent } from "../judge/format.ts";
import { type Bounds, type Levels, NEVER, NEVER_BELOW, scaled } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import {
  commandStart,
  fields,
  type Group,
  type Processes,
  readProcess,
  Sorter,
  type Usage,
  type Watch,
} from "../readings/processes.ts";

interface Params {
  readonly groups: readonly WatchedGroup[];
}

interface WatchedGroup extends Watch {
  /** How many there must be; one at least when absent. */
  readonly count?: Bounds;
  /** Bytes of all together. */
  readonly resident?: Levels;
  /** CPUs in use by all together. */
  readonly cpu?: Levels;
}

const AT_LEAST_ONE: Bounds = { lower: { warn: 1, crit: 1 } };

/** What does nothing has the pid 0 on Windows, in any language, and a thread on each CPU. */
const IDLE = /^\([^,]*,\d+,\d+,\d+,0,/;
const IDLE_THREADS = 9;

/**
 * Processes, as agents for older Linux, for other Unix systems and for Windows send them: a number in
 * all, a service and metrics for each group that is named.
 *
 * Section: ps   Source: ps(1), each line `(user,vsz,rss,cpu,pid) command` with fewer fields or none in
 *          older agents; on Windows eleven fields and a tab
 * Systems: Linux, Windows, FreeBSD, macOS
 * Params: groups: `{ name, match, user }`, patterns of command line and user, with levels `count`,
 *         `resident` in bytes, `cpu` in CPUs
 */
export const ps: Check<Processes, Params> = {
  section: "ps",
  params: { groups: [] },
  example: {
    groups: [
      {
        name: "",
        match: "",
        user: "",
        count: { upper: NEVER, lower: NEVER_BELOW },
        resident: NEVER,
        cpu: NEVER,
      },
      { name: "", match: "" },
    ],
  },
  comparesWithPrevious: true,

  parse(rows, { groups } = ps.params) {
    const sorter = new Sorter(groups);
    let count = 0;
    let cores: number | undefined;
    for (const line of rows.lines()) {
      const command = commandStart(line);
      if (command === line.length) continue;
      count++;
      if (IDLE.test(line)) cores ??= integer(fields(line, command)[IDLE_THREADS]);
      sorter.add(() => readProcess(line, command));
    }
    return count === 0 ? undefined : { count, cores, groups: sorter.groups() };
  },

  metrics: [
    gauge("roundsman_processes", "Number of processes.", ({ count }) => count),
    each(({ groups }: Processes) => groups, { group: ({ name }) => name }, [
      gauge(
        "roundsman_process_group_processes",
        "Processes of the group.",
        ({ members }) => members.length,
      ),
      gauge("roundsman_process_group_virtual_memory_bytes", "Their virtual memory.", (group) =>
        total(group.members, ({ virtual }) => virtual),
      ),
      gauge("roundsman_process_group_resident_memory_bytes", "Their resident memory.", (group) =>
        total(group.members, ({ resident }) => resident),
      ),
      gauge(
        "roundsman_process_group_cpu_seconds",
        "CPU time so far of the processes that live now: it falls when one ends.",
        (group) => total(group.members, ({ cpuSeconds }) => cpuSeconds),
      ),
    ]),
  ],

  *evaluate({ groups, cores }, context) {
    const { params } = context;
    if (params.groups.length === 0) return;
    const { at, previous } = context;
    const seconds = at - (previous?.at ?? at);
    for (const watched of params.groups) {
      const named = ({ name }: Group): boolean => name === watched.name;
      const before = previous?.data.groups.find(named);
      const now = groups.find(named);
      if (now) yield judged(now, watched, { inUse: cpusInUse(now, before, seconds), cores });
    }
  },
};

/** 0 of no members; `undefined` where there are some, but none has a value. */
function total(
  members: readonly Usage[],
  read: (member: Usage) => number | undefined,
): number | undefined {
  const values = members.flatMap((member) => read(member) ?? []);
  if (values.length === 0 && members.length > 0) return undefined;
  return values.reduce((sum, value) => sum + value, 0);
}

function judged(
  { name, members }: Group,
  { count = AT_LEAST_ONE, resident, cpu }: WatchedGroup,
  cpus: { readonly inUse: number | undefined; readonly cores: number | undefined },
): Result {
  const ages = members.flatMap(({ age }) => age ?? []).sort((a, b) => a - b);
  const sizes = {
    virtual: total(members, (member) => member.virtual),
    resident: total(members, (member) => member.resident),
  };
  const levels = { rss: { upper: resident }, pcpu: { upper: cpu && scaled(cpu, 100) } };
  const used = { value: cpus.inUse && cpus.inUse * 100, max: cpus.cores && cpus.cores * 100 };
  return conclude(
    `Process ${name}`,
    [
      ...found("Processes", { name: "count", value: members.length, levels: count }),
      ...found("Virtual", { name: "vsz", value: sizes.virtual }, bytes),
      ...found("Resident", { name: "rss", value: sizes.resident, levels: levels.rss }, bytes),
      ...found("CPU", { name: "pcpu", ...used, levels: levels.pcpu }, percentage),
      ...found("Youngest", { name: "age_youngest", value: ages[0] }, duration),
      ...found("Oldest", { name: "age_oldest", value: ages.at(-1) }, duration),
    ],
    name,
  );
}

const percentage = (value: number): string => percent(value / 100);

/**
 * CPUs that a group uses: as the agent says, else on average since `before`, where a process that
 * began meanwhile counts with all of its time.
 */
function cpusInUse(group: Group, before: Group | undefined, seconds: number): number | undefined {
  const said = total(group.members, ({ cpuRatio }) => cpuRatio);
  if (said !== undefined || !before) return said;
  const earlier = new Map(before.members.map(({ pid, cpuSeconds }) => [pid, cpuSeconds]));
  const used = total(group.members, ({ pid, cpuSeconds, age = 0 }) => {
    if (cpuSeconds === undefined) return undefined;
    const was = earlier.get(pid) ?? (age > seconds ? cpuSeconds : 0);
    return was <= cpuSeconds ? cpuSeconds - was : cpuSeconds;
  });
  return used === undefined ? undefined : used / seconds;
}
