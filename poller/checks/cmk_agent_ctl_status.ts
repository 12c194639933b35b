import { type Check, ParseError } from "../judge/check.ts";
import { conclude, type Finding } from "../judge/findings.ts";
import { duration, plural } from "../judge/format.ts";
import { jsonObject } from "../judge/json.ts";
import { judge, type Levels } from "../judge/levels.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT } from "../judge/state.ts";

export interface Controller {
  readonly version: string;
  /** Whether the controller reaches the agent. */
  readonly isOperational?: boolean | undefined;
  /** Whether it also answers without TLS. */
  readonly allowsPlain?: boolean | undefined;
  readonly connections: readonly Connection[];
}

/** A site that the host is registered with. */
interface Connection {
  readonly site: string;
  /** `pull-agent`, `push-agent`. */
  readonly mode?: string | undefined;
  /** Epoch seconds. */
  readonly expires?: number | undefined;
}

interface Params {
  readonly certificate: Levels;
}

const DAY = 86_400;

/**
 * Checkmk's agent controller, and how long its certificates hold.
 *
 * Section: cmk_agent_ctl_status   Source: `cmk-agent-ctl status --json`
 * Systems: Linux, Windows
 * Params: certificate: seconds left, lower
 */
export const cmkAgentCtlStatus: Check<Controller, Params> = {
  section: "cmk_agent_ctl_status",
  params: { certificate: { warn: 30 * DAY, crit: 15 * DAY } },

  parse(rows) {
    const [line] = rows.lines();
    if (line === undefined) return undefined;
    const status = jsonObject(line);
    if (typeof status["version"] !== "string") throw new ParseError("no version", line);
    const connections = new Map(listed(status["connections"]).map((one) => [one.site, one]));
    return {
      version: status["version"],
      isOperational: flag(status["agent_socket_operational"]),
      allowsPlain: flag(status["allow_legacy_pull"]),
      connections: [...connections.values()],
    };
  },

  metrics: [
    gauge(
      "roundsman_agent_controller_operational",
      "Whether the controller reaches the agent.",
      ({ isOperational }) => (isOperational === undefined ? undefined : Number(isOperational)),
    ),
    each(({ connections }: Controller) => connections, { site: ({ site }) => site }, [
      gauge(
        "roundsman_agent_controller_certificate_expiry_timestamp_seconds",
        "When the certificate for a site expires, in epoch seconds.",
        ({ expires }) => expires,
      ),
    ]),
  ],

  *evaluate({ version, isOperational, allowsPlain, connections }, { params, at }) {
    yield conclude("Agent controller", [
      { text: `version ${version}` },
      ...(isOperational === false ? [{ text: "does not reach the agent", state: CRIT }] : []),
      { text: connections.length === 0 ? "not registered" : plural(connections.length, "site") },
      { text: allowsPlain === true ? "answers without TLS too" : "" },
    ]);
    if (connections.length === 0) return;
    yield conclude(
      "Agent",
      connections.map((connection) => validity(connection, at, params)),
    );
  },
};

function validity({ site, expires, mode }: Connection, at: number, params: Params): Finding {
  const what = `${site}${mode === undefined ? "" : ` (${mode})`}`;
  if (expires === undefined) return { text: what, quiet: true };
  const left = expires - at;
  const verdict = judge(left, { lower: params.certificate }, duration);
  const text =
    left > 0 ? `certificate holds ${duration(left)}` : `certificate expired ${duration(-left)} ago`;
  return { state: verdict.state, text: `${what}: ${text}${verdict.text}`, quiet: true };
}

function listed(value: unknown): Connection[] {
  if (!Array.isArray(value)) return [];
  return value.map((one: unknown) => {
    const connection = fields(one);
    const local = fields(connection["local"]);
    const expires = Date.parse(text(fields(local["cert_info"])["to"]) ?? "") / 1000;
    // Controllers of Checkmk 2.1 have other names for both.
    return {
      site: text(connection["site_id"]) ?? text(connection["coordinates"]) ?? "",
      mode: text(local["connection_mode"]) ?? text(local["connection_type"]),
      expires: Number.isFinite(expires) ? expires : undefined,
    };
  });
}

const fields = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? { ...value } : {};
const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;
const flag = (value: unknown): boolean | undefined =>
  typeof value === "boolean" ? value : undefined;
