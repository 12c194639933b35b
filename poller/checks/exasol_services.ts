import type { Check } from "../judge/check.ts";
import { conclude } from "../judge/findings.ts";
import { each, gauge } from "../judge/metrics.ts";
import { CRIT, OK } from "../judge/state.ts";

export interface ExasolService {
  /** `Loggingd`, `Storaged` … */
  readonly name: string;
  readonly status: string;
}

type Services = readonly ExasolService[];

const isFine = ({ status }: ExasolService): boolean => status === "OK";

/**
 * Services of an Exasol cluster, all of them one service.
 *
 * Section: exasol_services   Source: getServiceState of Exasol's XML-RPC API
 * Systems: Exasol
 * Params: none
 */
export const exasolServices: Check<Services> = {
  section: "exasol_services",
  params: {},

  parse(rows) {
    const found = new Map<string, ExasolService>();
    for (const [name = "", ...words] of rows)
      if (words.length > 0) found.set(name, { name, status: words.join(" ") });
    return found.size === 0 ? undefined : [...found.values()];
  },

  metrics: [
    each((services: Services) => services, { exasol_service: ({ name }) => name }, [
      gauge("roundsman_exasol_service_up", "Whether a service of the cluster is well.", (service) =>
        Number(isFine(service)),
      ),
    ]),
  ],

  *evaluate(services) {
    yield conclude(
      "Services",
      services.map((service) => ({
        text: `${service.name}: ${service.status}`,
        state: isFine(service) ? OK : CRIT,
      })),
    );
  },
};
