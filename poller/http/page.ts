import { duration } from "../judge/format.ts";
import type { Snapshot } from "../snapshots.ts";
import type { Host } from "../targets/host.ts";
import type { HostState } from "./host_state.ts";
import { type Html, html } from "./html.ts";
import { STYLE_ELEMENT } from "./style.ts";

/** What all pages have around what is theirs. */
export const page = (title: Html, links: Html, content: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="refresh" content="30" />
        <title>${title}</title>
        ${STYLE_ELEMENT}
      </head>
      <body>
        <header>
          <h1>roundsman</h1>
          <nav>${links}</nav>
        </header>
        ${content}
      </body>
    </html> `.html;

const MAX_TEXT = 200;

export const cut = (text: string, most = MAX_TEXT): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

export const tag = (state: HostState, text: string = state): Html =>
  html`<span class="tag ${state.toLowerCase()}">${text}</span> `;

/** Where a host's own page is. */
export const pathOf = ({ name }: Host): string =>
  `/hosts/${encodeURIComponent(Buffer.from(name).toString())}`;

/** How old the data is; of a host that is down, how long it has been silent. */
export function age(snapshot: Snapshot | undefined, now: number): string {
  if (!snapshot) return "not polled yet";
  const { up, at, lastSuccess } = snapshot;
  if (up) return `polled ${ago(now - at)}`;
  return lastSuccess === undefined ? "no report yet" : `last report ${ago(now - lastSuccess)}`;
}

export const ago = (seconds: number): string =>
  seconds < 1 ? "just now" : `${duration(Math.floor(seconds))} ago`;
