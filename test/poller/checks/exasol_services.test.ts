import { expect, test } from "vitest";
import { exasolServices } from "../../../poller/checks/exasol_services.ts";
import { CRIT, OK } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => exasolServices.parse(rows(...lines));

test("all services are one; one that is not well makes it CRIT", () => {
  expect(judged(exasolServices, parse("Lockd OK", "Storaged OK"))).toMatchObject([
    { service: "Services", state: OK, summary: "Lockd: OK, Storaged: OK" },
  ]);
  const data = parse("Lockd OK", "Storaged FAIL");
  expect(judged(exasolServices, data)[0]).toMatchObject({ state: CRIT });
  expect(sampleLines(samples(exasolServices, data))).toEqual([
    'roundsman_exasol_service_up{exasol_service="Lockd"} 1',
    'roundsman_exasol_service_up{exasol_service="Storaged"} 0',
  ]);
});

test("a service without a state says nothing", () => {
  expect(parse("Lockd")).toBeUndefined();
});
