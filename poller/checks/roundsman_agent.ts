import type { Check } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { duration, plural } from "../judge/format.ts";
import { jsonObject } from "../judge/json.ts";
import { judge, type Levels } from "../judge/levels.ts";
import { each, type Family, gauge, type PerThing } from "../judge/metrics.ts";
import { WARN } from "../judge/state.ts";

/** How the agent last fared with a section, or with a script. */
export interface Account {
  /** The section's name, or the script's path. */
  readonly name: string;
  /** Epoch seconds; absent before the first time. */
  readonly at?: number | undefined;
  readonly seconds?: number | undefined;
  readonly error?: string | undefined;
}

/** A certificate that the agent shows over TLS. */
export interface Certificate {
  readonly name: string;
  /** Epoch seconds. */
  readonly expires?: number | undefined;
  /** Why what replaces it on disk cannot be used. */
  readonly error?: string | undefined;
}

export interface Collection {
  readonly sections: readonly Account[];
  readonly scripts: readonly Account[];
  readonly certificates: readonly Certificate[];
}

interface Params {
  readonly certificate: Levels;
}

const DAY = 86_400;

/**
 * How the roundsman agent fared in making its report.
 *
 * Section: roundsman_agent   Source: the agent: a JSON object per line
 * Params: certificate: seconds until it ends, lower
 */
export const roundsmanAgent: Check<Collection, Params> = {
  section: "roundsman_agent",
  params: { certificate: { warn: 30 * DAY, crit: 7 * DAY } },

  parse(rows) {
    const sections = new Map<string, Account>();
    const scripts = new Map<string, Account>();
    const certificates = new Map<string, Certificate>();
    for (const line of rows.lines()) {
      const {
        section,
        script,
        certificate,
        at,
        seconds,
        expires,
        error: reason,
      } = jsonObject(line);
      const error = typeof reason === "string" ? reason : undefined;
      const account = { at: finite(at), seconds: finite(seconds), error };
      if (typeof section === "string") sections.set(section, { name: section, ...account });
      else if (typeof script === "string") scripts.set(script, { name: script, ...account });
      else if (typeof certificate === "string")
        certificates.set(certificate, { name: certificate, expires: finite(expires), error });
    }
    return {
      sections: [...sections.values()],
      scripts: [...scripts.values()],
      certificates: [...certificates.values()],
    };
  },

  metrics: [
    accountMetrics("section", (collection) => collection.sections),
    accountMetrics("script", (collection) => collection.scripts),
    each(({ certificates }: Collection) => certificates, { certificate: ({ name }) => name }, [
      gauge(
        "roundsman_agent_certificate_expiry_timestamp_seconds",
        "When the agent's certificate for TLS expires, in epoch seconds.",
        ({ expires }) => expires,
      ),
    ]),
  ],

  *evaluate({ sections, scripts, certificates }, { params, at }) {
    const all = [...sections, ...scripts];
    const broken = (
      some: readonly { readonly name: string; readonly error?: string | undefined }[],
    ) =>
      some.flatMap(({ name, error }) =>
        error === undefined ? [] : { state: WARN, text: `${name}: ${error}` },
      );
    const slowest = all.reduce((most, { seconds = 0 }) => Math.max(most, seconds), 0);
    const counts = `${plural(sections.length, "section")}, ${plural(scripts.length, "script")}`;
    yield conclude("Agent collection", [
      { text: counts },
      ...broken(all),
      { text: `slowest took ${duration(slowest)}` },
    ]);
    if (certificates.length === 0) return;
    yield conclude("Agent", [
      ...broken(certificates),
      ...certificates.flatMap((certificate) => validity(certificate, at, params)),
    ]);
  },
};

function validity({ name, expires }: Certificate, at: number, params: Params): Finding[] {
  if (expires === undefined) return [];
  const left = expires - at;
  const { state, text } = judge(left, { lower: params.certificate }, duration);
  const ends = left > 0 ? `ends in ${duration(left)}` : `ended ${duration(-left)} ago`;
  return [{ state, text: `certificate ${name} ${ends}${text}`, quiet: true }];
}

function accountMetrics(
  kind: "section" | "script",
  accounts: (collection: Collection) => readonly Account[],
): PerThing<Collection> {
  const family = (suffix: string, help: string, read: Family<Account>["read"]): Family<Account> =>
    gauge(`roundsman_agent_${kind}_${suffix}`, help, read);
  return each(accounts, { [kind]: (account) => account.name }, [
    family("duration_seconds", `How long the ${kind} last took.`, ({ seconds }) => seconds),
    family(
      "collected_timestamp_seconds",
      `When the ${kind} last began, in epoch seconds.`,
      ({ at }) => at,
    ),
    family("success", `Whether the ${kind} last went well.`, ({ at, error }) =>
      error !== undefined ? 0 : at === undefined ? undefined : 1,
    ),
  ]);
}

const finite = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;
