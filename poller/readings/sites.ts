/** What a monitoring server says of its sites: `[SITE]`, and below it the rows of that site. */

const TITLE = /^\[(?:site )?(.{1,200})\]$/;

/** The rows of each site, as they came; none of a site of which nothing is said. */
export function bySite(
  rows: Iterable<readonly string[]>,
): ReadonlyMap<string, readonly (readonly string[])[]> {
  const sites = new Map<string, (readonly string[])[]>();
  let current: (readonly string[])[] | undefined;
  for (const row of rows) {
    const [, site] = row.length === 1 ? (TITLE.exec(row[0] ?? "") ?? []) : [];
    if (site === undefined) current?.push(row);
    else {
      current = sites.get(site) ?? [];
      sites.set(site, current);
    }
  }
  return sites;
}

/** Of a host that has none there is nothing to say. */
export const orNothing = <Data extends { readonly size: number }>(data: Data): Data | undefined =>
  data.size === 0 ? undefined : data;
