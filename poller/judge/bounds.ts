import type { Result } from "./check.ts";

/** Services that one section of a host may have. */
export const MAX_SERVICES = 5000;

/** Characters of texts, and numbers, that one service may have. */
const MAX = { service: 200, item: 200, summary: 2000, details: 20_000, perfdata: 1000 } as const;

/** A result that a host cannot make as large as it likes: what is too long is cut. */
export function bounded(result: Result): Result {
  const { service, item = "", summary, details = "", perfdata = [] } = result;
  const fits =
    service.length <= MAX.service &&
    item.length <= MAX.item &&
    summary.length <= MAX.summary &&
    details.length <= MAX.details &&
    perfdata.length <= MAX.perfdata;
  if (fits) return result;
  return {
    ...result,
    service: cut(service, MAX.service),
    ...(result.item === undefined ? {} : { item: cut(item, MAX.item) }),
    summary: cut(summary, MAX.summary),
    ...(result.details === undefined ? {} : { details: cut(details, MAX.details) }),
    ...(result.perfdata === undefined ? {} : { perfdata: perfdata.slice(0, MAX.perfdata) }),
  };
}

/** What a check may have remembered: what is too long is not, for a part of it would look different. */
export const boundedTexts = (
  texts: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(texts)
      .filter(([item, text]) => item.length <= MAX.item && text.length <= MAX.summary)
      .slice(0, MAX_SERVICES),
  );

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
