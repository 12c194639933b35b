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
  const minutes = Math.floor(whole / 60);
  const hours = Math.floor(minutes / 60);
  const days = Math.floor(hours / 24);
  const text =
    days > 0
      ? both(days, "day", hours % 24, "hour")
      : hours > 0
        ? both(hours, "hour", minutes % 60, "minute")
        : both(minutes, "minute", whole % 60, "second");
  return signed(seconds, text);
}

/** The smaller unit is left out where there is none of it. */
const both = (count: number, unit: string, rest: number, smaller: string): string =>
  rest > 0 ? `${plural(count, unit)} ${plural(rest, smaller)}` : plural(count, unit);

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

/** Without a fraction's last zeros. */
function trim(text: string): string {
  if (!text.includes(".")) return text;
  let end = text.length;
  while (text.charCodeAt(end - 1) === ZERO) end--;
  return text.slice(0, text.charCodeAt(end - 1) === POINT ? end - 1 : end);
}

const [ZERO, POINT] = [48, 46];
