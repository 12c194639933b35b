import { type Check, ParseError } from "../judge/check.ts";
import { conclude, measured } from "../judge/findings.ts";
import { type Levels, NEVER } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { integer } from "../judge/numbers.ts";

/** Sockets by state, for the states that the agent named. */
export type TcpConnections = ReadonlyMap<TcpState, number>;

export type TcpState = (typeof STATES)[number] | typeof BOUND;

interface Params {
  readonly levels: Readonly<Partial<Record<TcpState, Levels>>>;
}

/** In the order of the kernel's numbers, from 1. */
const STATES = [
  "ESTABLISHED",
  "SYN_SENT",
  "SYN_RECV",
  "FIN_WAIT1",
  "FIN_WAIT2",
  "TIME_WAIT",
  "CLOSED",
  "CLOSE_WAIT",
  "LAST_ACK",
  "LISTEN",
  "CLOSING",
] as const;

/** Known to newer kernels only: left out where there is none. */
const BOUND = "BOUND";

const BY_CODE: ReadonlyMap<number, TcpState> = new Map<number, TcpState>([
  ...STATES.map((state, index) => [index + 1, state] as const),
  [13, BOUND],
]);

const BY_WORD: ReadonlyMap<string, TcpState> = new Map<string, TcpState>([
  ...STATES.map((state) => [state, state] as const),
  ["ESTAB", "ESTABLISHED"],
  ["UNCONN", "CLOSED"],
  ["CLOSE", "CLOSED"],
  // As netstat(1) of BSD spells them.
  ["SYN_RCVD", "SYN_RECV"],
  ["FIN_WAIT_1", "FIN_WAIT1"],
  ["FIN_WAIT_2", "FIN_WAIT2"],
  [BOUND, BOUND],
]);

/**
 * TCP sockets in each state.
 *
 * Section: tcp_conn_stats   Source: /proc/net/tcp and tcp6, counted by state in hexadecimal
 *          (include/net/tcp_states.h); or `ss -ant`, by state in words
 * Params: levels: how many sockets, by state: `{ TIME_WAIT: { warn, crit } }`
 */
export const tcpConnStats: Check<TcpConnections, Params> = {
  section: "tcp_conn_stats",
  params: { levels: {} },
  example: { levels: Object.fromEntries([...STATES, BOUND].map((state) => [state, NEVER])) },

  parse(rows) {
    const counts = new Map<TcpState, number>();
    for (const row of rows) {
      const [code = "", text] = row;
      const count = integer(text);
      if (count === undefined || count < 0)
        throw new ParseError("not a state and a count", row.join(" "));
      const state = stateOf(code);
      if (state) counts.set(state, (counts.get(state) ?? 0) + count);
    }
    return counts.size === 0 ? undefined : counts;
  },

  metrics: [
    each(
      (counts: TcpConnections) => [
        ...STATES.map((state) => ({ state, count: counts.get(state) ?? 0 })),
        ...(counts.has(BOUND) ? [{ state: BOUND, count: counts.get(BOUND) ?? 0 }] : []),
      ],
      { state: ({ state }) => (state === "CLOSED" ? "close" : state.toLowerCase()) },
      [gauge("node_tcp_connection_states", "TCP sockets by state.", ({ count }) => count)],
    ),
  ],

  *evaluate(counts, { params: { levels } }) {
    yield conclude(
      "TCP Connections",
      [...BY_CODE.values()].flatMap((name) => {
        const value = counts.get(name);
        if (value === undefined) return [];
        const perf = { name, value, levels: { upper: levels[name] }, min: 0 };
        return [measured(`${readable(name)}: ${value}`, perf)];
      }),
    );
  },
};

/** `01`, `ESTAB`, `FIN-WAIT-1`; `undefined` for states that this check does not know. */
const stateOf = (code: string): TcpState | undefined =>
  /^[0-9A-Fa-f]{2}$/.test(code)
    ? BY_CODE.get(Number.parseInt(code, 16))
    : BY_WORD.get(
        code
          .toUpperCase()
          .replace(/-(\d)$/, "$1")
          .replaceAll("-", "_"),
      );

const readable = (state: TcpState): string =>
  `${state.slice(0, 1)}${state.slice(1).toLowerCase().replaceAll("_", " ")}`;
