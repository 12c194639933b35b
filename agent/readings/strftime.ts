/** Dates as they stand in the names of files. */

const MONTHS = `January February March April May June July August September October November
  December`.split(/\s+/);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const DAY_MILLISECONDS = 86_400_000;

/** What each conversion gives; composed ones are formats themselves. */
const CONVERSIONS: Readonly<Record<string, (date: Date) => string>> = {
  Y: (date) => String(date.getFullYear()),
  y: (date) => digits(date.getFullYear() % 100),
  m: (date) => digits(date.getMonth() + 1),
  d: (date) => digits(date.getDate()),
  e: (date) => String(date.getDate()).padStart(2),
  j: (date) => digits(dayOfYear(date), 3),
  H: (date) => digits(date.getHours()),
  I: (date) => digits(((date.getHours() + 11) % 12) + 1),
  M: (date) => digits(date.getMinutes()),
  S: (date) => digits(date.getSeconds()),
  p: (date) => (date.getHours() < 12 ? "AM" : "PM"),
  s: (date) => String(Math.floor(date.getTime() / 1000)),
  a: (date) => nameOf(DAYS, date.getDay()).slice(0, 3),
  A: (date) => nameOf(DAYS, date.getDay()),
  b: (date) => nameOf(MONTHS, date.getMonth()).slice(0, 3),
  B: (date) => nameOf(MONTHS, date.getMonth()),
  h: (date) => nameOf(MONTHS, date.getMonth()).slice(0, 3),
  u: (date) => String(isoDay(date)),
  w: (date) => String(date.getDay()),
  V: (date) => digits(Math.ceil(dayOfYear(thursdayOf(date)) / 7)),
  G: (date) => String(thursdayOf(date).getFullYear()),
  F: (date) => layOut("%Y-%m-%d", date),
  D: (date) => layOut("%m/%d/%y", date),
  R: (date) => layOut("%H:%M", date),
  T: (date) => layOut("%H:%M:%S", date),
  "%": () => "%",
};

/**
 * A time, in epoch seconds, as strftime(3) has it in the C locale and the host's time zone; `%-d`
 * without the leading zero. What it does not know is left as it stands.
 */
export const strftime = (format: string, at: number): string => layOut(format, new Date(at * 1000));

const layOut = (format: string, date: Date): string =>
  format.replace(/%(-?)([A-Za-z%])/g, (whole, bare: string, letter: string) => {
    const text = CONVERSIONS[letter]?.(date);
    return (bare ? text?.replace(/^[0 ]+(?=\d)/, "") : text) ?? whole;
  });

const digits = (value: number, width = 2): string => String(value).padStart(width, "0");

const nameOf = (names: readonly string[], index: number): string => names[index] ?? "";

/** From 1. Days are counted by the calendar: some have 23 hours. */
const dayOfYear = (date: Date): number => {
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  return (Date.UTC(year, month, day) - Date.UTC(year, 0, 0)) / DAY_MILLISECONDS;
};

/** From Monday, 1. */
const isoDay = (date: Date): number => ((date.getDay() + 6) % 7) + 1;

/** The year and week of a day are those of the Thursday next to it. */
const thursdayOf = (date: Date): Date =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate() + 4 - isoDay(date));
