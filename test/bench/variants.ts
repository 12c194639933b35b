/** What a host says later on: a report as before with other numbers where a live host has them. */

/** Between two reports of a host. */
const SECONDS = 10;

type Move = (line: string, step: number) => string;

/**
 * The report that comes `step` intervals after this one. Times advance, counters grow, gauges sway
 * below what they were; which sections and lines there are stays the same.
 */
export function laterReport(report: string, step: number): string {
  let move: Move = still;
  return report
    .split("\n")
    .map((line) => {
      const header = /^<<<([^:>]+)/.exec(line)?.[1];
      if (header === undefined) return move(line, step);
      move = sections[header] ?? still;
      return line;
    })
    .join("\n");
}

const still: Move = (line) => line;

/** By 1 to 997 each step, by how much depends on the value; what never counted does not begin to. */
const grown = (text: string, step: number): string => {
  const value = Number(text);
  return value === 0 ? text : String(value + step * (1 + (value % 997)));
};

/** Down by less than 2%. */
const swayed = (text: string, step: number): string => {
  const value = Number(text);
  return String(value - ((step * 7919) % Math.max(1, Math.floor(value / 50))));
};

const advanced = (seconds: string, step: number): string =>
  String(Number(seconds) + step * SECONDS);

const each = (line: string, pattern: RegExp, change: (text: string) => string): string =>
  line.replace(pattern, change);

const isTime = (line: string): boolean => /^\d{10}$/.test(line);

const GAUGES = /^(nr_(?!dirtied|written|vmscan)|procs_)/;

const kernel: Move = (line, step) => {
  if (isTime(line)) return advanced(line, step);
  if (line.startsWith("btime")) return line;
  const change = GAUGES.test(line) ? swayed : grown;
  return each(line, /(?<= )\d+/g, (text) => change(text, step));
};

/** Requests under way: the ninth number of a disk is the only gauge. */
const IN_FLIGHT = 8;

const diskstat: Move = (line, step) => {
  if (isTime(line)) return advanced(line, step);
  const [, name, numbers] = /^( *\d+ +\d+ \S+ )([\d ]+)$/.exec(line) ?? [];
  if (name === undefined || numbers === undefined) return line;
  const moved = numbers.split(" ").map((text, i) => (i === IN_FLIGHT ? text : grown(text, step)));
  return name + moved.join(" ");
};

/** Bytes, packets and multicast; a healthy interface has no new errors. */
const TRAFFIC = [0, 1, 7, 8, 9];

const interfaces: Move = (line, step) => {
  const [, name, numbers] = /^( *\S+: )([\d ]+)$/.exec(line) ?? [];
  if (name === undefined || numbers === undefined) return line;
  const moved = numbers
    .split(" ")
    .map((text, i) => (TRAFFIC.includes(i) ? grown(text, step) : text));
  return name + moved.join(" ");
};

const SIZES = /^(MemTotal|SwapTotal|CommitLimit|VmallocTotal|Huge|DirectMap)/;

const memory: Move = (line, step) =>
  SIZES.test(line) ? line : each(line, /\d+(?= kB)/, (text) => swayed(text, step));

/** `9.25 4.75 2.08 7/252 29451 2`: the load of a minute, and the last process. */
const load: Move = (line, step) => {
  const [, minute, others, pid, cores] = /^([\d.]+)( .*\/\d+ )(\d+)( \d+)$/.exec(line) ?? [];
  if (minute === undefined || pid === undefined) return line;
  return `${(Number(minute) * (1 - step / 100)).toFixed(2)}${others}${Number(pid) + step}${cores}`;
};

const uptime: Move = (line, step) => each(line, /\d+(?=\.)/g, (seconds) => advanced(seconds, step));

/** Used and free space or inodes. */
const fileSystem: Move = (line, step) => {
  const [, name, used, gap, free, rest] = /^(\S+ +ext4 +\d+ +)(\d+)( +)(\d+)(.*)$/.exec(line) ?? [];
  if (name === undefined) return line;
  return `${name}${Number(used) + step}${gap}${Number(free) - step}${rest}`;
};

/** Resident memory and time since the start of each, CPU time of one in three. */
const process: Move = (line, step) => {
  const [, owner, resident, cpu, elapsed, pid, command] =
    /^(\S+ \S+ \d+ )(\d+) (\S+) (\S+) (\d+)( .*)$/.exec(line) ?? [];
  if (owner === undefined || cpu === undefined || elapsed === undefined) return line;
  const isBusy = Number(pid) % 3 === 0;
  const fields = [swayed(resident ?? "", step), isBusy ? later(cpu, step) : cpu];
  return `${owner}${fields.join(" ")} ${later(elapsed, step * SECONDS)} ${pid}${command}`;
};

/** `[D-]HH:MM:SS` so many seconds on. */
function later(time: string, seconds: number): string {
  const [, days, ...clock] = /^(\d+-)?(\d+):(\d+):(\d+)$/.exec(time) ?? [];
  if (clock.length < 3) return time;
  const [h = 0, m = 0, s = 0] = clock.map(Number);
  const sum = parseInt(days ?? "0") * 86_400 + h * 3600 + m * 60 + s + seconds;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
  const rest = days === undefined ? sum : sum % 86_400;
  const text = [rest / 3600, (rest % 3600) / 60, rest % 60].map(two).join(":");
  return days === undefined ? text : `${Math.floor(sum / 86_400)}-${text}`;
}

const sections: Readonly<Record<string, Move>> = {
  ...{ kernel, diskstat, mem: memory, cpu: load, uptime, df: fileSystem, ps_lnx: process },
  lnx_if: interfaces,
};
