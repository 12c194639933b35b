import type { Check } from "../judge/check.ts";
import { conclude, type Finding, found } from "../judge/findings.ts";
import { bytesPerSecond, duration, number } from "../judge/format.ts";
import { counter, each, type Family, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";
import { rate } from "../judge/rate.ts";
import { CRIT, OK, type State, WARN } from "../judge/state.ts";

type Kind = "frontend" | "backend" | "server";

/** A row of the table. */
export interface Part {
  readonly kind: Kind;
  readonly proxy: string;
  /** Of a server. */
  readonly server: string;
  /** `OPEN`, `UP`, `UP 1/3`, `DOWN`, `MAINT`, `no check` … */
  readonly status: string;
  /** Seconds since the status changed. */
  readonly since?: number | undefined;
  readonly sessions?: number | undefined;
  readonly sessionsTotal?: number | undefined;
  /** Bytes, from and to clients. */
  readonly received?: number | undefined;
  readonly sent?: number | undefined;
}

type Parts = readonly Part[];

/** Those in between, as `UP 1/3` on its way down, only warn; so does what was switched off by hand. */
const STATES: ReadonlyMap<string, State> = new Map([
  ["OPEN", OK],
  ["UP", OK],
  ["no check", OK],
  ["DOWN", CRIT],
  ["STOP", CRIT],
]);

/** As in the title row of HAProxy 1.4 and later; which columns follow differs. */
const TITLES =
  "pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,weight,act,bck,chkfail,chkdown,lastchg";

/**
 * Frontends, backends and servers of HAProxy.
 *
 * Section: haproxy   Source: `show stat` (Management Guide, 9.1)
 * Params: none
 */
export const haproxy: Check<Parts> = {
  section: "haproxy",
  params: {},
  comparesWithPrevious: true,

  parse(rows) {
    let titles = TITLES.split(",");
    const parts = new Map<string, Part>();
    for (const row of rows) {
      if (row[0]?.startsWith("#")) titles = row.map((title) => title.replace(/^# */, ""));
      else {
        const part = readPart(new Map(titles.map((title, column) => [title, row[column] ?? ""])));
        if (part && !parts.has(keyOf(part))) parts.set(keyOf(part), part);
      }
    }
    return parts.size === 0 ? undefined : [...parts.values()];
  },

  metrics: [
    each(of("frontend"), { proxy: ({ proxy }) => proxy }, families("frontend")),
    each(of("backend"), { proxy: ({ proxy }) => proxy }, families("backend")),
    each(
      of("server"),
      { proxy: ({ proxy }) => proxy, server: ({ server }) => server },
      families("server"),
    ),
  ],

  *evaluate(parts, { at, previous }) {
    const earlier = new Map(previous?.data.map((part) => [keyOf(part), part]));
    const seconds = at - (previous?.at ?? at);
    for (const part of parts) {
      const before = earlier.get(keyOf(part));
      const item = part.kind === "server" ? `${part.proxy}/${part.server}` : part.proxy;
      yield conclude(
        `HAProxy ${part.kind.charAt(0).toUpperCase()}${part.kind.slice(1)} ${item}`,
        [condition(part), ...traffic(part, before, seconds)],
        item,
      );
    }
  },
};

const keyOf = ({ kind, proxy, server }: Part): string => JSON.stringify([kind, proxy, server]);

function readPart(row: ReadonlyMap<string, string>): Part | undefined {
  const [proxy = "", name = "", status = ""] = ["pxname", "svname", "status"].map((title) =>
    row.get(title),
  );
  if (proxy === "" || name === "" || status === "") return undefined;
  const kind = name === "FRONTEND" ? "frontend" : name === "BACKEND" ? "backend" : "server";
  return {
    kind,
    proxy,
    server: kind === "server" ? name : "",
    status,
    since: integer(row.get("lastchg")),
    sessions: integer(row.get("scur")),
    sessionsTotal: integer(row.get("stot")),
    received: integer(row.get("bin")),
    sent: integer(row.get("bout")),
  };
}

const stateOf = (status: string): State =>
  STATES.get(status) ?? (status.startsWith("DOWN") ? CRIT : WARN);

function condition({ status, since }: Part): Finding {
  const age = since === undefined ? "" : ` for ${duration(since)}`;
  return { text: `${status}${age}`, state: stateOf(status) };
}

function traffic(now: Part, before: Part | undefined, seconds: number): Finding[] {
  const perSecond = (counter: "sessionsTotal" | "received" | "sent"): number | undefined =>
    rate(now[counter], before?.[counter], seconds);
  return [
    ...found("Sessions", { name: "sessions", value: now.sessions, min: 0 }),
    ...found(
      "Sessions per second",
      { name: "session_rate", value: perSecond("sessionsTotal"), min: 0 },
      number,
    ),
    ...found("In", { name: "in", value: perSecond("received"), min: 0 }, bytesPerSecond),
    ...found("Out", { name: "out", value: perSecond("sent"), min: 0 }, bytesPerSecond),
  ];
}

function of(kind: Kind) {
  return (parts: Parts): Part[] => parts.filter((part) => part.kind === kind);
}

function families(kind: Kind): Family<Part>[] {
  const name = (suffix: string): string => `roundsman_haproxy_${kind}_${suffix}`;
  return [
    gauge(name("up"), `Whether a ${kind} takes requests.`, ({ status }) =>
      Number(status === "no check" || /^(?:OPEN|UP)/.test(status)),
    ),
    gauge(name("sessions"), `Sessions of a ${kind} now.`, ({ sessions }) => sessions),
    counter(name("sessions_total"), `Sessions of a ${kind} so far.`, (part) => part.sessionsTotal),
    counter(name("received_bytes_total"), `Bytes a ${kind} received.`, ({ received }) => received),
    counter(name("sent_bytes_total"), `Bytes a ${kind} sent.`, ({ sent }) => sent),
  ];
}
