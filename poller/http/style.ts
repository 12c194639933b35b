import { createHash } from "node:crypto";
import type { Html } from "./html.ts";

const STYLE = `
:root {
  color-scheme: light dark;
  --page: #f4f5f7; --card: #fff; --text: #1c1f24; --quiet: #646b75; --line: #dfe2e7;
  --ok: #1a7f37; --warn: #8a5a00; --crit: #c21c2b; --unknown: #7a3fd0; --wait: #646b75;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #111418; --card: #1a1e24; --text: #e4e7eb; --quiet: #98a1ad; --line: #2b3139;
    --ok: #4cc46a; --warn: #e0a52c; --crit: #ff6b66; --unknown: #b794ff; --wait: #98a1ad;
  }
}
* { box-sizing: border-box; margin: 0; padding: 0; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page);
  max-width: 66rem; margin: 0 auto; padding: 1.25rem 1rem 3rem; overflow-wrap: anywhere; }
header { display: flex; flex-wrap: wrap; gap: 0 1.5rem; align-items: baseline;
  justify-content: space-between; }
h1 { font-size: 1.4rem; letter-spacing: -.01em; }
nav { display: flex; flex-wrap: wrap; gap: 0 1rem; font-size: .9rem; }
a { color: var(--quiet); } a:hover { color: inherit; }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center;
  margin: .5rem 0 1.25rem; }
h2 { font-size: 1rem; margin: 1.25rem 0 .4rem; }
ul { list-style: none; }
.rows > li { border-top: 1px solid var(--line); padding: .35rem 0; }
summary { color: var(--quiet); font-size: .8rem; cursor: pointer; }
.host { background: var(--card); border: 1px solid var(--line); border-radius: .5rem;
  padding: .6rem .9rem; }
.loud > .host { border-left: .3rem solid; border-left-color: currentColor; margin-bottom: .6rem; }
.loud > .host > * { color: var(--text); }
.head { display: flex; gap: .6rem; align-items: baseline; }
.age { margin-left: auto; white-space: nowrap; }
.loud li { margin-top: .25rem; }
.calm { display: grid; gap: .6rem; margin-top: 1.25rem;
  grid-template-columns: repeat(auto-fill, minmax(18rem, 1fr)); }
.calm .quiet { display: block; }
.quiet { color: var(--quiet); font-size: .9em; }
.tag { font: 700 .72rem/1 ui-monospace, monospace; letter-spacing: .03em; white-space: nowrap;
  border: 1px solid; border-radius: .3rem; padding: .18rem .35rem; }
.ok { color: var(--ok); } .warn { color: var(--warn); } .wait { color: var(--wait); }
.crit, .down { color: var(--crit); } .unknown { color: var(--unknown); }
.tag.down { color: var(--card); background: var(--crit); border-color: var(--crit); }
@media (max-width: 36rem) {
  .head { flex-wrap: wrap; gap: 0 .6rem; } .age { margin-left: 0; flex-basis: 100%; }
}
`;

/** How the pages look: an element for their heads. */
export const STYLE_ELEMENT: Html = { html: `<style>${STYLE}</style>` };

/** What a Content-Security-Policy calls it. */
export const STYLE_SOURCE = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;
