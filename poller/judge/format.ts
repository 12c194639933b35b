/** Numbers as summaries show them. */

const BINARY = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] as const;

/** `137 GiB`, `4.2 MiB`: three digits at most, powers of 1024. */
export function bytes(value: number): string {
  let size = Math.abs(value);
  let unit = 0;
  while (size >= 1000 && unit < BINARY.length - 1) {
    size /= 1024;
    unit++;
  }
  return signed(value, `${digits(size)} ${BINARY[unit] ?? ""}`);
}

export const bytesPerSecond = (value: number): string => `${bytes(value)}/s`;

/** A ratio as `75.79%`. */
export const percent = (ratio: number): string => `${number(ratio * 100)}%`;

/** `3 days 4 hours`, `25 minutes 33 seconds`, `1.5 seconds`, `20 ms`: two units at most. */
export function duration(seconds: number): string {
  const total = Math.abs(seconds);
  if (total < 1) return signed(seconds, `${digits(total * 1000)} ms`);
  if (total < 60) return signed(seconds, plural(Number(digits(total)), "second"));
  const whole = Math.floor(total);
  const parts = [
    [Math.floor(whole / 86400), "day"],
    [Math.floor(whole / 3600) % 24, "hour"],
    [Math.floor(whole / 60) % 60, "minute"],
    [whole % 60, "second"],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  const told = parts.slice(first, first + 2).filter(([count]) => count > 0);
  return signed(seconds, told.map(([count, unit]) => plural(count, unit)).join(" "));
}

/** A plain number with two decimals at most. */
export const number = (value: number): string => signed(value, trim(Math.abs(value).toFixed(2)));

export const plural = (count: number, unit: string): string =>
  `${String(count)} ${unit}${count === 1 ? "" : "s"}`;

/** With a minus where one belongs: not before a nothing that was less than nothing. */
const signed = (value: number, text: string): string =>
  value < 0 && /[1-9]/.test(text) ? `-${text}` : text;

const digits = (value: number): string =>
  value >= 100 || Number.isInteger(value)
    ? value.toFixed(0)
    : trim(value >= 10 ? value.toFixed(1) : value.toFixed(2));

const trim = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
