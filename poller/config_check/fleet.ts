/** The hosts of all sources together: who is there twice, and what is said of hosts that are not there. */
import { formatAddress } from "../address.ts";
import type { Config } from "../config.ts";
import { formatPath } from "../config/located.ts";
import { concerns, type Where } from "../judge/rules.ts";
import type { Host } from "../targets/host.ts";
import { type Finding, placed, type Placed } from "./findings.ts";
import type { Member, Source } from "./lists.ts";
import type { Salvaged } from "./salvage.ts";

/** What one source gives to the fleet. */
export interface Share {
  readonly name: string;
  /** Those that no source before it has. */
  readonly hosts: readonly Host[];
  readonly duplicates: number;
}

/** The hosts that are polled, by their sources: of two with one name the first counts. */
export function sharesOf(sources: readonly Source[]): {
  readonly shares: readonly Share[];
  readonly findings: readonly Finding[];
} {
  const names = new Map<string, string>();
  const addresses = new Map<string, string>();
  const findings: Finding[] = [];
  const shares = sources.map((source): Share => {
    const { name, members, text = "" } = source;
    const amiss: Placed[] = [];
    const hosts = members.flatMap((member) => {
      const { host, path } = member;
      const before = names.get(host.name);
      if (before !== undefined) {
        const message = `the name ${JSON.stringify(host.name)} is there already (${before}); that one is polled`;
        amiss.push({ severity: "warning", path, message });
        return [];
      }
      names.set(host.name, placeOf(source, member));
      const other = sharing(host, addresses);
      if (other !== undefined) amiss.push({ severity: "warning", path, message: other });
      return host;
    });
    findings.push(...placed(text, name, amiss));
    return { name, hosts, duplicates: members.length - hosts.length };
  });
  return { shares, findings };
}

const placeOf = ({ name }: Source, { path }: Member): string =>
  path.length === 0 ? name : `${name}: ${formatPath(path)}`;

/** That another host is polled at the same place. */
function sharing(
  { name, address, port, program, file }: Host,
  addresses: Map<string, string>,
): string | undefined {
  if (program || file) return undefined;
  const at = formatAddress({ host: address.toLowerCase(), port });
  const other = addresses.get(at);
  if (other === undefined) addresses.set(at, name);
  return other === undefined
    ? undefined
    : `${JSON.stringify(name)} is polled at ${at}, as ${JSON.stringify(other)} is`;
}

/**
 * That there is nobody, and rules and requirements that are about none of the hosts, whatever their
 * reports say. Nothing where not all hosts are known.
 */
export function idleParts(
  { rules, require, fileSd, httpSd }: Config,
  hosts: readonly Host[],
  { pathOf, isWhole }: { readonly pathOf: Salvaged["pathOf"]; readonly isWhole: boolean },
): Placed[] {
  if (!isWhole) return [];
  if (hosts.length + fileSd.length + httpSd.length === 0)
    return [{ severity: "warning", path: ["hosts"], message: "there is nobody to be polled" }];
  const idle = (where: Where): boolean =>
    !isAnybody(where) &&
    !hosts.some((host) => concerns({ where: { ...where, facts: {} } }, { ...host, facts: {} }));
  const found = (list: "rules" | "require", all: readonly { readonly where: Where }[]): Placed[] =>
    all.flatMap(({ where }, i) => (idle(where) ? said(where, pathOf(list, i)) : []));
  return [...found("rules", rules), ...found("require", require)];
}

const isAnybody = ({ host, tags, labels }: Where): boolean =>
  host === undefined && tags.length === 0 && Object.keys(labels).length === 0;

/** Hosts for which others speak have names, and neither tags nor labels. */
const said = ({ tags, labels }: Where, path: Placed["path"]): Placed[] =>
  tags.length > 0 || Object.keys(labels).length > 0
    ? [{ severity: "warning", path, message: "is about no host that there is" }]
    : [
        {
          severity: "note",
          path,
          message: "is about no host but perhaps such as others speak for",
        },
      ];
