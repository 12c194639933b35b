/**
 * Per-second rate of a counter between two moments; `undefined` where it cannot be known: no
 * earlier value, no time between, or a counter that went back (a reset).
 */
export function rate(
  now: number | undefined,
  before: number | undefined,
  seconds: number,
): number | undefined {
  if (now === undefined || before === undefined || !(seconds > 0) || now < before) return undefined;
  return (now - before) / seconds;
}
