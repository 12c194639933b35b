/** Sections that are to be used until some moment, though the agent does not send them every time. */
import { parse, type HostReport } from "../parse.ts";
import type { Section } from "../sections.ts";
import type { Part } from "../rows.ts";
import type { Store } from "./store.ts";

/** Of all that one host sends, for itself and for others. */
const MAX_BYTES = 4 * 1024 * 1024;
/** Who wants more than a year has the time wrong. */
const MAX_SECONDS = 366 * 86_400;

export interface WithPersisted {
  readonly hosts: readonly HostReport[];
  /** Parts that were to be kept, and for which there was no room. */
  readonly dropped: number;
}

/**
 * What a source said of each host, with those sections of its earlier reports whose time is not over
 * and that did not come again. They are as old as they are. `at` is epoch seconds.
 */
export function withPersisted(
  source: string,
  hosts: readonly HostReport[],
  at: number,
  store: Store,
): WithPersisted {
  const before = store.sections(source);
  const now = new Map(hosts.map((one) => [one.host, one]));
  const kept = new Map<string, readonly Buffer[]>();
  for (const { host, parts } of before ? parse(before).hosts : []) {
    const came = now.get(host)?.sections;
    const left = parts.filter((part) => isKept(part, at) && !came?.has(part.header.name));
    if (left.length > 0) kept.set(host, texts(left));
  }
  const all = [...new Set([...now.keys(), ...kept.keys()])].map((host) => {
    const came = now.get(host)?.parts.filter((part) => isKept(part, at)) ?? [];
    return { host, texts: [...texts(came, at), ...(kept.get(host) ?? [])] };
  });
  const { text, dropped } = bounded(all);
  if (before ? !before.equals(text) : text.length > 0) store.keepSections(source, text);
  return { hosts: hosts.map((one) => withMore(one, kept.get(one.host) ?? [])), dropped };
}

function isKept({ header: { persist } }: Part, at: number): boolean {
  return persist !== undefined && persist > at && persist - at <= MAX_SECONDS;
}

/** With their time, where they came just now and do not tell it. */
const texts = (parts: readonly Part[], at?: number): readonly Buffer[] =>
  parts.map((part) => {
    const { cached, persist = 0 } = part.header;
    if (at === undefined || cached) return part.text();
    const made = Math.floor(at);
    return part.text({ cached: `${made},${persist - made}` });
  });

function withMore(one: HostReport, kept: readonly Buffer[]): HostReport {
  const [more] = kept.length > 0 ? parse(Buffer.concat(kept)).hosts : [];
  if (!more) return one;
  const sections: ReadonlyMap<string, Section> = new Map([...one.sections, ...more.sections]);
  return { ...one, sections, parts: [...one.parts, ...more.parts] };
}

/** As many as there is room for; those of the source itself first. */
function bounded(all: readonly { readonly host: string; readonly texts: readonly Buffer[] }[]) {
  const chosen: Buffer[] = [];
  let [room, dropped] = [MAX_BYTES, 0];
  for (const { host, texts } of all) {
    const title = Buffer.from(host === "" ? "" : `<<<<${host}>>>>\n`);
    let isOpen = false;
    for (const text of texts) {
      const size = text.length + (isOpen ? 0 : title.length);
      if (size > room) dropped++;
      else {
        chosen.push(...(isOpen ? [] : [title]), text);
        isOpen = true;
        room -= size;
      }
    }
  }
  return { text: Buffer.concat(chosen), dropped };
}
