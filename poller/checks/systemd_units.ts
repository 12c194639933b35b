import type { Check, Result } from "../judge/check.ts";
import { conclude, found } from "../judge/findings.ts";
import { bytes, duration } from "../judge/format.ts";
import { matchesAny } from "../judge/glob.ts";
import { judge, type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, OK, type State, worst } from "../judge/state.ts";
import { isUnitName, readUnits, type Unit } from "../readings/systemd.ts";

export interface Systemd {
  readonly units: readonly Unit[];
  /** Those that have metrics of their own. */
  readonly shown: readonly Unit[];
}

interface Params {
  readonly units: readonly string[];
  readonly states: Readonly<Record<string, State>>;
  readonly activating: Levels;
  readonly deactivating: Levels;
  readonly reloading: Levels;
}

/** The states that systemd's own metrics have. */
const STATES = ["activating", "active", "deactivating", "failed", "inactive"] as const;

/** Kinds that are judged as a whole. */
const SUMMED_UP = ["service", "socket"];

/** Units that a summary names. */
const MAX_TOLD = 10;

/**
 * Services and sockets of systemd: all in one, and those that are named.
 *
 * As a whole, units that are disabled or indirectly enabled are counted, but not judged.
 *
 * Section: systemd_units   Source: `systemctl list-unit-files`, `status --all` and `--all` (systemctl(1))
 * Params: units: patterns of unit names (without a suffix: of services) that get a service and metrics;
 *         states: what a state is worth, by its name: else active and inactive are OK, others CRIT;
 *         activating, deactivating, reloading: seconds that this may last
 */
export const systemdUnits: Check<Systemd, Params> = {
  section: "systemd_units",
  params: {
    units: [],
    states: {},
    activating: NEVER,
    deactivating: { warn: 30, crit: 60 },
    reloading: { warn: 30, crit: 60 },
  },
  example: { states: { "*": OK } },
  states: ["states"],

  parse(rows, { units: wanted } = systemdUnits.params) {
    const units = readUnits(rows.lines());
    if (units.length === 0) return undefined;
    const patterns = wanted.map(inFull);
    const isShown = ({ name, active }: Unit): boolean =>
      (active !== "active" && active !== "inactive") || matchesAny(name, patterns);
    return { units, shown: units.filter(isShown) };
  },

  metrics: [
    each(
      ({ units }: Systemd) =>
        STATES.map((state) => ({
          state,
          count: units.filter(({ active }) => active === state).length,
        })),
      { state: ({ state }) => state },
      [gauge("node_systemd_units", "Units that the agent lists, by state.", ({ count }) => count)],
    ),
    each(
      ({ shown }: Systemd) => shown.flatMap((unit) => STATES.map((state) => ({ state, unit }))),
      {
        name: ({ unit }) => unit.name,
        state: ({ state }) => state,
        // How a service starts is not in the section.
        type: () => "",
      },
      [
        gauge("node_systemd_unit_state", "1 for the state that a unit is in.", ({ unit, state }) =>
          Number(unit.active === state),
        ),
      ],
    ),
  ],

  *evaluate({ units }, { params }) {
    for (const kind of SUMMED_UP) {
      const all = units.filter((unit) => unit.kind === kind);
      if (all.length > 0) yield summary(kind, all, params);
    }
    const patterns = params.units.map(inFull);
    for (const unit of units) if (matchesAny(unit.name, patterns)) yield single(unit, params);
    for (const name of patterns)
      if (!/[*?]/.test(name) && !units.some((unit) => unit.name === name)) yield missing(name);
  },
};

function summary(kind: string, units: readonly Unit[], params: Params): Result {
  const judged = units.filter(({ enabled }) => enabled !== "disabled" && enabled !== "indirect");
  const troubles = judged.flatMap((unit) => {
    const { state, text } = condition(unit, params);
    return state === OK ? [] : [{ state, text: `${unit.name} ${text}` }];
  });
  const untold = troubles.slice(MAX_TOLD);
  return conclude(`Systemd ${capitalised(kind)} Summary`, [
    { text: `Total: ${units.length}` },
    { text: `Disabled: ${units.length - judged.length}` },
    { text: `Failed: ${judged.filter(({ active }) => active === "failed").length}` },
    ...troubles.slice(0, MAX_TOLD),
    ...(untold.length === 0
      ? []
      : [{ state: worst(untold.map(({ state }) => state)), text: `and ${untold.length} more` }]),
  ]);
}

function single(unit: Unit, params: Params): Result {
  const { active, description, status } = unit;
  const [service, item] = titled(unit.name);
  const { state, text } = condition(unit, params);
  const since = active === "active" ? status.seconds : undefined;
  const findings = [
    { text: `Status: ${text}`, state },
    { text: description },
    ...found("Active since", { name: "active_since", value: since }, duration),
    ...found("CPU time", { name: "cpu_time", value: status.cpu }, duration),
    ...found("Memory", { name: "mem_used", value: status.memory }, bytes),
    ...found("Tasks", { name: "number_of_tasks", value: status.tasks }),
  ];
  return conclude(service, findings, item);
}

function missing(unit: string): Result {
  const [service, item] = titled(unit);
  return conclude(service, [{ text: "There is no such unit", state: CRIT }], item);
}

/** What a unit's state is worth, and how long it lasts where that counts. */
function condition({ active, status }: Unit, params: Params): { state: State; text: string } {
  const { seconds } = status;
  const isPassing = active === "activating" || active === "deactivating" || active === "reloading";
  if (isPassing && seconds !== undefined) {
    const { state, text } = judge(seconds, { upper: params[active] }, duration);
    return { state, text: `${active} for ${duration(seconds)}${text}` };
  }
  const isFine = isPassing || active === "active" || active === "inactive";
  // The host says what `active` is: it must not find what every object has.
  const wanted = Object.hasOwn(params.states, active) ? params.states[active] : undefined;
  return { state: wanted ?? (isFine ? OK : CRIT), text: active };
}

/** The service of a unit, and its item: `Systemd Service ssh`, `ssh`. */
function titled(unit: string): [service: string, item: string] {
  const dot = unit.lastIndexOf(".");
  const item = unit.slice(0, dot);
  return [`Systemd ${capitalised(unit.slice(dot + 1))} ${item}`, item];
}

const capitalised = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1);

const inFull = (pattern: string): string => (isUnitName(pattern) ? pattern : `${pattern}.service`);
