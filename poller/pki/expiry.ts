import { PkiError } from "./names.ts";
import type { Validity } from "./certificates.ts";

/** Whoever has fewer days left than this is to be renewed. */
const RENEW_DAYS = 30;

const DAY_MS = 86_400_000;

/** Certificates hold from an hour ago, for hosts whose clocks are slow. */
const SLOW_CLOCK_MS = 3_600_000;

const MOST_DAYS = 36_500;

export interface Span {
  readonly days: number;
  readonly now: Date;
  /** Nothing outlives who signed it. */
  readonly until?: Date;
}

/** Throws PkiError where the end has been passed. */
export function validity({ days, now, until }: Span): Validity {
  if (until && until <= now) throw new PkiError("the CA has expired: run pki renew ca first");
  // Certificates know whole seconds only.
  const end = new Date(Math.ceil((now.getTime() + days * DAY_MS) / 1000) * 1000);
  return {
    notBefore: new Date(now.getTime() - SLOW_CLOCK_MS),
    notAfter: until && until < end ? until : end,
  };
}

/** Days as given on a command line. Throws PkiError. */
export function parseDays(text: string): number {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (days >= 1 && days <= MOST_DAYS) return days;
  throw new PkiError(`${JSON.stringify(text)} is not a number of days from 1 to ${MOST_DAYS}`);
}

/** Whole days; negative once it is over. */
const daysLeft = (notAfter: Date, now: Date): number =>
  Math.floor((notAfter.getTime() - now.getTime()) / DAY_MS);

export const isExpiring = (notAfter: Date, now: Date): boolean =>
  daysLeft(notAfter, now) < RENEW_DAYS;

/** `expires in 399 days (2027-12-24)`, `expired 2 days ago (2026-11-18)`. */
export function expiryInWords(notAfter: Date, now: Date): string {
  const [left, over] = [daysLeft(notAfter, now), daysLeft(now, notAfter)];
  const date = notAfter.toISOString().slice(0, "2000-01-01".length);
  return now < notAfter
    ? `expires ${left === 0 ? "within a day" : `in ${inWords(left)}`} (${date})`
    : `expired ${over === 0 ? "today" : `${inWords(over)} ago`} (${date})`;
}

const inWords = (days: number): string => (days === 1 ? "1 day" : `${days} days`);
