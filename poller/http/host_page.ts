import type { PastPoll } from "../history.ts";
import { bytes, duration, plural } from "../judge/format.ts";
import { STATE_NAMES } from "../judge/state.ts";
import type { Service } from "../services.ts";
import type { Snapshot } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";
import { sectionsOf } from "./host_details.ts";
import { byBadness, said, stateOf } from "./host_state.ts";
import { addressOf } from "./hosts_api.ts";
import { type Html, html } from "./html.ts";
import { age, ago, cut, page, pathOf, tag } from "./page.ts";

const MAX_SERVICES = 500;
const MAX_SECTIONS = 300;
const MAX_LABELS = 50;
const MAX_DETAILS = 2000;

interface HostKnowledge {
  readonly snapshot: Snapshot | undefined;
  /** The latest first. */
  readonly polls: readonly PastPoll[];
}

/** The page of one host: its services worst first, its sections and polls. `now` in epoch seconds. */
export function hostPage(host: Host, { snapshot, polls }: HostKnowledge, now: number): string {
  const state = stateOf(snapshot);
  const { failure, up } = snapshot ?? {};
  const services = byBadness(snapshot?.services ?? []);
  const labels = Object.entries(host.labels).map(([name, value]) => `${name}=${value}`);
  const whence = host.guestOf === undefined ? addressOf(host) : `through ${host.guestOf}`;
  return page(
    html`${state} ${host.name} · roundsman`,
    html`<a href="/">all hosts</a> <a href="/api/v1${pathOf(host)}">JSON</a>`,
    html`<div class="host">
        <p class="head">
          ${tag(state)} <b>${host.name}</b> <span class="quiet">${whence ?? ""}</span>
          <span class="quiet age">${age(snapshot, now)}</span>
        </p>
        <p class="quiet">${[...host.tags, ...labels].slice(0, MAX_LABELS).join(", ")}</p>
        ${failure ? html`<p>${failure.reason}: ${cut(said(failure.message, host))}</p>` : ""}
      </div>
      ${services.length > 0 && up === false ? html`<p class="quiet">as they were last:</p>` : ""}
      ${list("service", services, MAX_SERVICES, serviceRow)}
      ${list("section", sectionsOf(snapshot, now), MAX_SECTIONS, sectionRow)}
      ${list("poll", polls, polls.length, (one) => pollRow(one, now))}`,
  );
}

/** A list under a heading that says how long it is; what is over `most` is only counted. */
function list<One>(unit: string, all: readonly One[], most: number, row: (one: One) => Html): Html {
  const more = all.length - most;
  return html`<h2>${plural(all.length, unit)}</h2>
    <ul class="rows">
      ${all.slice(0, most).map(row)}
      ${more > 0 ? html`<li class="quiet">and ${more} more</li>` : ""}
    </ul>`;
}

const serviceRow = ({ service, state, summary, details = "" }: Service): Html =>
  html`<li>
    ${tag(STATE_NAMES[state])} <b>${cut(service)}</b>
    <span class="quiet">${cut(summary, 400)}</span>
    ${
      details === ""
        ? ""
        : html`<details>
            <summary>more</summary>
            ${cut(details, MAX_DETAILS)
              .split("\n")
              .map((line) => html`<p class="quiet">${line}</p>`)}
          </details>`
    }
  </li>`;

const sectionRow = (one: ReturnType<typeof sectionsOf>[number]): Html =>
  html`<li>
    <b>${cut(one.name)}</b>
    <span class="quiet"
      >${ago(one.age)}${one.cachedFor === undefined ? "" : `, served for ${duration(one.cachedFor)}`}${
        one.known ? "" : ", no check reads it"
      }${one.error === undefined ? "" : `: ${cut(one.error)}`}</span
    >
  </li>`;

function pollRow({ at, seconds, reason, bytes: size, phases }: PastPoll, now: number): Html {
  const parts = phases
    ? Object.entries(phases).flatMap(([name, spent]: [string, number | undefined]) =>
        spent === undefined || spent === 0 ? [] : [`${PHASES[name] ?? name} ${duration(spent)}`],
      )
    : [];
  const came = size === undefined ? [] : [bytes(size)];
  return html`<li>
    ${reason === undefined ? tag("OK") : tag(size === undefined ? "DOWN" : "WARN", reason)}
    ${ago(now - at)}
    <span class="quiet">${[duration(seconds), ...came, ...parts].join(", ")}</span>
  </li>`;
}

const PHASES: Readonly<Record<string, string>> = { firstByte: "first byte after" };
