import { expect, test } from "vitest";
import { landing } from "../../../poller/http/landing.ts";
import type { Service } from "../../../poller/services.ts";
import type { Snapshot } from "../../../poller/snapshots.ts";
import { hostOf } from "../hosts.ts";
import { servicesOf, snapshotOf } from "../means.ts";

/** A host that was polled 90 seconds before epoch second 1000. */
const polled = (services: readonly Service[]): Snapshot =>
  snapshotOf({ at: 910, services: servicesOf(services) });

const bad = { service: "Door", check: "local", state: 2 as const, summary: "open" };

test("a host that is down shows for how long, and not what it said before", () => {
  const failure = { reason: "refused" as const, message: "web1 (127.0.0.1:1): connection refused" };
  const down = { ...polled([bad]), up: false, failure, lastSuccess: 880 };
  const page = landing([hostOf(1)], () => down, 1000);
  expect(page).toContain("1 DOWN");
  expect(page).toContain("last report 2 minutes ago");
  expect(page).toContain("refused: connection refused");
  expect(page).not.toContain("Door");
});

test("a host of which a service is not OK is not OK either", () => {
  const cut = { service: "Agent", check: "agent", state: 1 as const, summary: "truncated" };
  const page = landing([hostOf(1)], () => polled([cut]), 910.5);
  expect(page).toContain("1 WARN");
  expect(page).toContain("truncated");
  expect(page).toContain("polled just now");
});

test("a host that speaks through another says through whom", () => {
  const guest = { ...hostOf(1, { name: "vm1" }), guestOf: "esx1" };
  expect(
    landing([guest], () => snapshotOf({ host: guest, services: servicesOf([bad]) }), 2),
  ).toContain("through esx1");
});

test("a large fleet makes no endless page, and the page says so", () => {
  const hosts = Array.from({ length: 620 }, (_, i) => hostOf(1, { name: `host${i}` }));
  const page = landing(hosts, () => undefined, 0);
  expect(page).toContain("620 hosts");
  expect(page).toContain("and 120 hosts more");
  expect(page.split('class="host"')).toHaveLength(1 + 500);
});

test("a host in trouble shows its worst services, cut, and how many more there are", () => {
  const services = Array.from({ length: 9 }, (_, i) => ({
    service: `S${i}`,
    check: "local",
    state: i === 8 ? (2 as const) : (1 as const),
    summary: "x".repeat(5000),
  }));
  const page = landing([hostOf(1)], () => polled(services), 1000);
  expect(page.indexOf("S8")).toBeGreaterThan(0);
  expect(page.indexOf("S8")).toBeLessThan(page.indexOf("S0"));
  expect(page).toContain("and 4 more");
  expect(page).toContain("polled 1 minute 30 seconds ago");
  expect(page.length).toBeLessThan(8000);
});

test("a service name of any length is cut on the page", () => {
  const services = [{ service: "n".repeat(5000), check: "local", state: 2 as const, summary: "" }];
  expect(landing([hostOf(1)], () => polled(services), 1000)).not.toContain("n".repeat(201));
});
