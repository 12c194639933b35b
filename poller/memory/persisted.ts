/** Sections that are to be used until some moment, though the agent does not send them every time. */
import { parse, type HostReport, type Section } from "../parse.ts";
import type { Store } from "./store.ts";

/** Of one host. */
const MAX_BYTES = 4 * 1024 * 1024;
/** However long an agent wants it: a year. */
const MAX_SECONDS = 366 * 86_400;

/**
 * The sections of a report, with those of earlier ones whose time is not over and that did not come
 * again. `at` is epoch seconds.
 */
export function withPersisted(
  host: string,
  { sections, parts }: HostReport,
  at: number,
  store: Store,
): ReadonlyMap<string, Section> {
  const before = store.sections(host);
  const came = parts.filter(({ header }) => isKept(header.persist, at));
  if (!before && came.length === 0) return sections;
  const kept = before
    ? parse(before).hosts.flatMap((one) =>
        one.parts.filter(({ header }) => isKept(header.persist, at) && !sections.has(header.name)),
      )
    : [];
  const text = bounded([...came, ...kept].map((part) => part.text()));
  if (!before?.equals(text)) store.keepSections(host, text);
  if (kept.length === 0) return sections;
  const again = parse(Buffer.concat(kept.map((part) => part.text())));
  return new Map([...sections, ...again.hosts.flatMap((one) => [...one.sections])]);
}

const isKept = (until: number | undefined, at: number): boolean =>
  until !== undefined && until > at && until - at <= MAX_SECONDS;

/** As many as there is room for. */
function bounded(texts: readonly Buffer[]): Buffer {
  let room = MAX_BYTES;
  return Buffer.concat(texts.filter(({ length }) => (room -= length) >= 0));
}
