import { formatAddress } from "../address.ts";
import { duration, plural } from "../judge/format.ts";
import { OK, STATE_NAMES, worst } from "../judge/state.ts";
import type { Service, Snapshot } from "../snapshots.ts";
import { where } from "../sources/failures.ts";
import type { Host } from "../targets/host.ts";
import { type Html, html } from "./html.ts";
import { STYLE_ELEMENT } from "./style.ts";

const MAX_HOSTS = 500;
const MAX_SERVICES = 5;
const MAX_TEXT = 200;

/** States of a host, worst first; `WAIT`: not polled yet. */
const STATES = ["DOWN", "CRIT", "UNKNOWN", "WARN", "WAIT", "OK"] as const;
type HostState = (typeof STATES)[number];

/** States of which there is nothing to tell but who is in them. */
const QUIET: readonly HostState[] = ["WAIT", "OK"];

interface Row {
  readonly host: Host;
  readonly state: HostState;
  readonly snapshot: Snapshot | undefined;
}

/** The page at `/`: the hosts and what is wrong with them, worst first. `now` in epoch seconds. */
export function landing(
  hosts: readonly Host[],
  latest: (name: string) => Snapshot | undefined,
  now: number,
): string {
  const rows = hosts
    .map((host) => rowOf(host, latest(host.name)))
    .sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
  const counts = STATES.map((state) => ({ state, count: rows.filter(is(state)).length })).filter(
    ({ count }) => count > 0,
  );
  const shown = rows.slice(0, MAX_HOSTS);
  const more = rows.length - shown.length;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="30" />
        <title>${counts.map(({ state, count }) => html`${count} ${state} · `)}roundsman</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header>
          <h1>roundsman</h1>
          <nav>
            <a href="/metrics">metrics</a> <a href="/-/healthy">healthy</a>
            <a href="/-/ready">ready</a>
          </nav>
        </header>
        <p class="counts">
          ${plural(hosts.length, "host")}
          ${counts.map(({ state, count }) => tag(state, `${count} ${state}`))}
        </p>
        <ul class="loud">
          ${shown.filter(({ state }) => !QUIET.includes(state)).map((row) => card(row, now))}
        </ul>
        <ul class="calm">
          ${shown.filter(({ state }) => QUIET.includes(state)).map((row) => line(row, now))}
        </ul>
        ${more > 0 ? html`<p class="quiet">and ${plural(more, "host")} more, no worse than these</p>` : ""}
      </body>
    </html> `.html;
}

const is =
  (state: HostState) =>
  (row: Row): boolean =>
    row.state === state;

function rowOf(host: Host, snapshot: Snapshot | undefined): Row {
  if (!snapshot) return { host, snapshot, state: "WAIT" };
  if (!snapshot.up) return { host, snapshot, state: "DOWN" };
  return { host, snapshot, state: STATE_NAMES[worst(snapshot.services.map(({ state }) => state))] };
}

/** A host with what is wrong with it. */
function card({ host, state, snapshot }: Row, now: number): Html {
  const { failure, up } = snapshot ?? {};
  const address = host.guestOf ?? formatAddress({ host: host.address, port: host.port });
  return html`<li class="host ${state.toLowerCase()}">
    <p class="head">
      ${tag(state)} <b>${host.name}</b>
      <span class="quiet"
        >${address === host.name ? "" : host.guestOf ? `through ${address}` : address}</span
      >
      <span class="quiet age">${age(snapshot, now)}</span>
    </p>
    ${
      failure && !up
        ? html`<p>${failure.reason}: ${cut(said(failure.message, host))}</p>`
        : troubles(snapshot?.services ?? [])
    }
  </li> `;
}

/** A host that is fine, or not known yet. */
function line({ host, state, snapshot }: Row, now: number): Html {
  const services = snapshot?.services.length ?? 0;
  return html`<li class="host">
    ${tag(state)} <b>${host.name}</b>
    <span class="quiet"
      >${snapshot ? `${plural(services, "service")}, ` : ""}${age(snapshot, now)}</span
    >
  </li> `;
}

/** How old the data is; of a host that is down, how long it has been silent. */
function age(snapshot: Snapshot | undefined, now: number): string {
  if (!snapshot) return "not polled yet";
  const { up, at, lastSuccess } = snapshot;
  if (up) return `polled ${ago(now - at)}`;
  return lastSuccess === undefined ? "no report yet" : `last report ${ago(now - lastSuccess)}`;
}

const ago = (seconds: number): string =>
  seconds < 1 ? "just now" : `${duration(Math.floor(seconds))} ago`;

/** A message without its host, which stands above it. */
function said(message: string, host: Host): string {
  const prefix = `${where(host)}: `;
  return message.startsWith(prefix) ? message.slice(prefix.length) : message;
}

/** The services that are not OK, worst first. */
function troubles(services: readonly Service[]): Html | "" {
  const badness = ({ state }: Service): number => STATES.indexOf(STATE_NAMES[state]);
  const bad = services.filter(({ state }) => state !== OK).sort((a, b) => badness(a) - badness(b));
  if (bad.length === 0) return "";
  const shown = bad
    .slice(0, MAX_SERVICES)
    .map(
      ({ service, state, summary }) =>
        html`<li>
          ${tag(STATE_NAMES[state])} ${cut(service)} <span class="quiet">${cut(summary)}</span>
        </li>`,
    );
  const more = bad.length - shown.length;
  return html`<ul>
    ${shown}${more > 0 ? html`<li class="quiet">and ${more} more</li>` : ""}
  </ul>`;
}

const tag = (state: HostState, text: string = state): Html =>
  html`<span class="tag ${state.toLowerCase()}">${text}</span> `;

const cut = (text: string): string =>
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT - 1)}…` : text;
