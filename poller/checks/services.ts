import { type Check, ParseError, type Result } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { matchesAny } from "../judge/glob.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, OK, type State } from "../judge/state.ts";

export interface Services {
  readonly services: readonly Service[];
  /** Those that have metrics of their own. */
  readonly shown: readonly Service[];
}

export interface Service {
  /** With `_` for blanks. */
  readonly name: string;
  readonly state: ServiceState | "unknown";
  /** `auto`, `manual`, `disabled`, `boot`, `system`, or what the agent says. */
  readonly startMode: string;
  readonly description: string;
}

type ServiceState = (typeof STATES)[number];

interface Params {
  readonly services: readonly string[];
  readonly mayStop: readonly string[];
  readonly stopped: State;
}

/** As Windows' own words have them. */
const STATES = [
  "stopped",
  "start pending",
  "stop pending",
  "running",
  "continue pending",
  "pause pending",
  "paused",
] as const;

/** The agent's words. */
const STATE_OF: ReadonlyMap<string, ServiceState> = new Map<string, ServiceState>([
  ...STATES.map((state) => [state, state] as const),
  ["starting", "start pending"],
  ["stopping", "stop pending"],
  ["continuing", "continue pending"],
  ["pausing", "pause pending"],
]);

const START_MODES = ["auto", "boot", "manual", "disabled", "system"] as const;

/** Services that the summary names. */
const MAX_TOLD = 10;

const CONDITION = /^([a-z]\w*)\/([a-z]\w*)$/i;

/**
 * Services of Windows: all in one, and those that are named.
 *
 * Many a service that starts by itself stops by itself when it has nothing to do: that is told.
 *
 * Section: services   Source: the Windows agent: `NAME STATE/START DESCRIPTION`
 * Systems: Windows
 * Params: services: patterns of names that get a service, must be running, and have metrics; mayStop:
 *         patterns of names that start by themselves and need not run; stopped: what others of that
 *         kind are worth in the summary when they do not run
 */
export const services: Check<Services, Params> = {
  section: "services",
  params: { services: [], mayStop: [], stopped: OK },
  states: ["stopped"],

  parse(rows, { services: wanted } = services.params) {
    const found = new Map<string, Service>();
    let lines = 0;
    for (const row of rows) {
      lines++;
      const service = readService(row);
      if (service) found.set(service.name, service);
    }
    if (lines === 0) return undefined;
    if (found.size === 0) throw new ParseError("no line is of a service");
    const all = [...found.values()];
    return {
      services: all,
      shown: all.filter((one) => isStopped(one) || matchesAny(one.name, wanted)),
    };
  },

  metrics: [
    each(
      ({ services: all }: Services) =>
        [...STATES, "unknown"].map((state) => ({
          state,
          count: all.filter((service) => service.state === state).length,
        })),
      { state: ({ state }) => state },
      [gauge("roundsman_windows_services", "Services by state.", ({ count }) => count)],
    ),
    each(
      ({ shown }: Services) =>
        shown.flatMap((one) => STATES.map((state) => ({ ...one, is: state }))),
      { name: ({ name }) => name, state: ({ is }) => is },
      [
        gauge("windows_service_state", "1 for the state that a service is in.", ({ state, is }) =>
          Number(state === is),
        ),
      ],
    ),
    each(
      ({ shown }: Services) =>
        shown.flatMap((one) => START_MODES.map((mode) => ({ ...one, is: mode }))),
      { name: ({ name }) => name, start_mode: ({ is }) => is },
      [
        gauge(
          "windows_service_start_mode",
          "1 for the way that a service starts.",
          ({ startMode, is }) => Number(startMode === is),
        ),
      ],
    ),
  ],

  *evaluate({ services: all }, { params }) {
    yield summary(all, params);
    for (const one of all) if (matchesAny(one.name, params.services)) yield single(one);
    for (const name of params.services)
      if (!/[*?]/.test(name) && !all.some((one) => one.name === name))
        yield conclude(
          `Service ${name}`,
          [{ state: CRIT, text: "There is no such service" }],
          name,
        );
  },
};

/** Names with blanks in them are not the rule, but may be. */
function readService(row: readonly string[]): Service | undefined {
  const at = row.findIndex((cell, index) => index > 0 && CONDITION.test(cell));
  const [, state = "", start = ""] = CONDITION.exec(row[at] ?? "") ?? [];
  if (at < 0) return undefined;
  return {
    name: row.slice(0, at).join("_"),
    state: STATE_OF.get(state.toLowerCase()) ?? "unknown",
    startMode: start.toLowerCase() === "demand" ? "manual" : start.toLowerCase(),
    description: row.slice(at + 1).join(" "),
  };
}

const isStopped = ({ startMode, state }: Service): boolean =>
  startMode === "auto" && state !== "running";

function summary(all: readonly Service[], { mayStop, stopped }: Params): Result {
  const auto = all.filter(({ startMode }) => startMode === "auto");
  const idle = auto.filter((one) => isStopped(one) && !matchesAny(one.name, mayStop));
  const untold = idle.length - MAX_TOLD;
  return conclude("Service Summary", [
    { text: `Services: ${all.length}` },
    { text: `Running: ${all.filter(({ state }) => state === "running").length}` },
    { text: `Autostart: ${auto.length}` },
    {
      text: `Autostart, not running: ${idle.length}`,
      state: idle.length > 0 ? stopped : OK,
      perf: { name: "stopped", value: idle.length, min: 0 },
    },
    ...idle
      .slice(0, MAX_TOLD)
      .map(({ name, state, description }) => ({ text: `${name} (${description}) is ${state}` })),
    ...(untold > 0 ? [{ text: `and ${untold} more` }] : []),
  ]);
}

const single = ({ name, state, startMode, description }: Service): Result =>
  conclude(
    `Service ${name}`,
    [
      { text: description },
      { text: state, state: state === "running" ? OK : CRIT },
      { text: `start: ${startMode}` },
    ],
    name,
  );
