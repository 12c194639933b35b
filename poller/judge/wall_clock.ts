/** Epoch seconds of what a clock on the wall shows, `2026-01-31 10:28:05`, in a time zone by its name. */
export function epochOf(shown: string, zone: string): number | undefined {
  const utc = Date.parse(`${shown.replace(" ", "T")}Z`);
  const format = formatOf(zone);
  if (Number.isNaN(utc) || format === undefined) return undefined;
  // The second look is right where the zone changed its offset in between.
  const guess = utc - ahead(format, utc);
  return (utc - ahead(format, guess)) / 1000;
}

/** Milliseconds that clocks show more than UTC. */
function ahead(format: Intl.DateTimeFormat, epoch: number): number {
  const parts = new Map(format.formatToParts(epoch).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes): string => parts.get(type) ?? "";
  const date = [part("year").padStart(4, "0"), part("month"), part("day")].join("-");
  const time = [part("hour"), part("minute"), part("second")].join(":");
  const shown = Date.parse(`${date}T${time}Z`);
  return Number.isNaN(shown) ? 0 : shown - epoch;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    });
  } catch {
    return undefined;
  }
}
