/** Durations and sizes as people write them in a config. */

const DURATION_UNITS = [
  ["d", 86400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
  ["ms", 0.001],
] as const;

const DURATION = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/;

/** Seconds in `30s`, `1m30s`, `1.5s`, `500ms`, `1d12h`; `undefined` in anything else. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text);
  if (!match || text === "") return undefined;
  let milliseconds = 0;
  for (const [i, [, seconds]] of DURATION_UNITS.entries())
    milliseconds += Number(match[i + 1] ?? 0) * (seconds * 1000);
  return milliseconds / 1000;
}

/** The same the other way round: `90` as `1m30s`; exact to the millisecond. */
export function formatDuration(seconds: number): string {
  let left = Math.round(seconds * 1000);
  let text = "";
  for (const [unit, size] of DURATION_UNITS) {
    const count = Math.floor(left / (size * 1000));
    left -= count * size * 1000;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === "" ? "0s" : text;
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
};

/** Bytes in `16MiB`, `64KiB`, `1MB`, `1.5GiB`, `512B`; `undefined` in anything else. */
export function parseSize(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?)([A-Za-z]+)$/.exec(text) ?? [];
  const factor = Object.hasOwn(SIZE_UNITS, unit) ? SIZE_UNITS[unit] : undefined;
  return digits === undefined || factor === undefined
    ? undefined
    : Math.round(Number(digits) * factor);
}
