import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { counter, each, gauge } from "../judge/metrics.ts";
import { CRIT, OK, WARN } from "../judge/state.ts";
import { type Bond, type Member, readKernelBonds } from "../readings/bonds.ts";

type Bonds = readonly Bond[];

/**
 * Bonded network interfaces: the bond is critical when it is down, and warns when a member is.
 *
 * Section: lnx_bonding   Source: /proc/net/bonding (Documentation/networking/bonding.rst)
 * Params: none
 */
export const lnxBonding: Check<Bonds> = {
  section: "lnx_bonding",
  params: {},

  parse(rows) {
    const bonds = readKernelBonds(rows.lines());
    return bonds.length === 0 ? undefined : bonds;
  },

  metrics: [
    each((bonds: Bonds) => bonds, { master: ({ name }) => name }, [
      gauge("node_bonding_slaves", "Members of a bond.", ({ members }) => members.length),
      gauge(
        "node_bonding_active",
        "Members of a bond that are up.",
        ({ members }) => members.filter(({ isUp }) => isUp).length,
      ),
    ]),
    each(
      (bonds: Bonds) =>
        bonds.flatMap((bond) => bond.members.map((member) => ({ master: bond.name, ...member }))),
      { master: ({ master }) => master, member: ({ name }) => name },
      [
        counter(
          "roundsman_bonding_link_failures_total",
          "How often a member lost its link.",
          ({ failures }) => failures,
        ),
      ],
    ),
  ],

  *evaluate(bonds) {
    for (const { name, mode, isUp, active, members } of bonds) {
      yield conclude(
        `Bonding Interface ${name}`,
        [
          isUp ? { text: "up" } : { text: "down", state: CRIT },
          { text: mode },
          { text: active === undefined ? "" : `active: ${active}` },
          ...members.map((member) => ({
            text: `${member.name} is ${member.isUp ? "up" : "down"}`,
            state: member.isUp ? OK : WARN,
          })),
          ...strangers(members).map((member) => ({
            text: `${member.name} is of another aggregator`,
            state: WARN,
          })),
        ],
        name,
      );
    }
  },
};

/** Members that are up and yet do not share the load. */
const strangers = ([first, ...others]: readonly Member[]): Member[] =>
  others.filter(({ isUp, aggregator }) => isUp && aggregator !== first?.aggregator);
