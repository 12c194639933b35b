import { plural } from "../judge/format.ts";
import { STATE_NAMES } from "../judge/state.ts";
import { Services } from "../services.ts";
import type { Snapshot } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";
import { type HostState, said, STATES, stateOf, troubles } from "./host_state.ts";
import { addressOf } from "./hosts_api.ts";
import { type Html, html } from "./html.ts";
import { age, cut, page, pathOf, tag } from "./page.ts";

const MAX_HOSTS = 500;
const MAX_SERVICES = 5;

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
  return page(
    html`${counts.map(({ state, count }) => html`${count} ${state} · `)}roundsman`,
    html`<a href="/metrics">metrics</a> <a href="/-/healthy">healthy</a>
      <a href="/-/ready">ready</a> <a href="/config">config</a>
      <a href="/api/v1/openapi.json">API</a>`,
    html`<p class="counts">
        ${plural(hosts.length, "host")}
        ${counts.map(({ state, count }) => tag(state, `${count} ${state}`))}
      </p>
      <ul class="loud">
        ${shown.filter(({ state }) => !QUIET.includes(state)).map((row) => card(row, now))}
      </ul>
      <ul class="calm">
        ${shown.filter(({ state }) => QUIET.includes(state)).map((row) => line(row, now))}
      </ul>
      ${more > 0 ? html`<p class="quiet">and ${plural(more, "host")} more, no worse than these</p>` : ""}`,
  );
}

const is =
  (state: HostState) =>
  (row: Row): boolean =>
    row.state === state;

const rowOf = (host: Host, snapshot: Snapshot | undefined): Row => ({
  ...{ host, snapshot, state: stateOf(snapshot) },
});

const linked = (host: Host): Html => html`<a href="${pathOf(host)}"><b>${host.name}</b></a>`;

/** A host with what is wrong with it. */
function card({ host, state, snapshot }: Row, now: number): Html {
  const { failure, up } = snapshot ?? {};
  const whence = host.guestOf === undefined ? addressOf(host) : `through ${host.guestOf}`;
  return html`<li class="host ${state.toLowerCase()}">
    <p class="head">
      ${tag(state)} ${linked(host)}
      <span class="quiet">${whence === undefined || whence === host.name ? "" : whence}</span>
      <span class="quiet age">${age(snapshot, now)}</span>
    </p>
    ${
      failure && !up
        ? html`<p>${failure.reason}: ${cut(said(failure.message, host))}</p>`
        : troubled(snapshot?.services ?? NO_SERVICES)
    }
  </li> `;
}

/** A host that is fine, or not known yet. */
function line({ host, state, snapshot }: Row, now: number): Html {
  const services = snapshot?.services.length ?? 0;
  return html`<li class="host">
    ${tag(state)} ${linked(host)}
    <span class="quiet"
      >${snapshot ? `${plural(services, "service")}, ` : ""}${age(snapshot, now)}</span
    >
  </li> `;
}

const NO_SERVICES = new Services([]);

function troubled(services: Services): Html | "" {
  const bad = troubles(services);
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
