import type { Result } from "./check.ts";
import { judge } from "./levels.ts";
import type { Perf } from "./perfdata.ts";
import { OK, type State, worseOf } from "./state.ts";

/** One thing that is found about a service. */
export interface Finding {
  /** OK when absent. */
  readonly state?: State;
  /** For people; absent or empty: nothing to read. */
  readonly text?: string;
  readonly perf?: Perf;
  /** Kept out of the summary while it is OK: read in the details. */
  readonly quiet?: boolean;
}

/** A number with its own levels: state, text and perfdata come of one value and cannot disagree. */
export function measured(
  text: string,
  perf: Perf,
  renderBound?: (bound: number) => string,
): Finding {
  const verdict = judge(perf.value, perf.levels ?? {}, renderBound);
  return { state: verdict.state, text: text + verdict.text, perf };
}

/** `Label: value` as `measured`; nothing of a value that is not known. */
export function found(
  label: string,
  perf: Omit<Perf, "value"> & { readonly value: number | undefined },
  render: (value: number) => string = String,
): Finding[] {
  const { name, value, levels, min, max } = perf;
  if (value === undefined) return [];
  // Thousands are made per second: the engine is far faster at a plain object than at a copied one.
  return [measured(`${label}: ${render(value)}`, { name, value, levels, min, max }, render)];
}

/** The same, kept out of the summary while it is OK. */
export const quietly = (finding: Finding, quiet = true): Finding => ({
  quiet,
  text: finding.text ?? "",
  ...(finding.state !== undefined && { state: finding.state }),
  ...(finding.perf && { perf: finding.perf }),
});

/** What findings come to: the worst state, a summary, details and all their numbers. */
export function conclude(service: string, findings: readonly Finding[], item?: string): Result {
  // One pass, as thousands are made per second.
  let summary = "";
  let details = "";
  let state: State = OK;
  const perfdata: Perf[] = [];
  for (const { state: own = OK, text = "", perf, quiet } of findings) {
    state = worseOf(state, own);
    if (perf) perfdata.push(perf);
    if (text === "") continue;
    if (quiet === true && own === OK) details += details === "" ? text : `\n${text}`;
    else summary += summary === "" ? text : `, ${text}`;
  }
  const result: { -readonly [Key in keyof Result]: Result[Key] } = {
    service,
    state,
    summary,
    perfdata,
  };
  if (item !== undefined) result.item = item;
  if (details !== "") result.details = details;
  return result;
}
