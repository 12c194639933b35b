import { describe, expect, test } from "vitest";
import { hostPage } from "../../../poller/http/host_page.ts";
import type { Service } from "../../../poller/services.ts";
import { hostOf } from "../hosts.ts";
import { outcomeOf, servicesOf, snapshotOf } from "../means.ts";

const service = (name: string, state: Service["state"], more: Partial<Service> = {}): Service => ({
  ...{ service: name, check: "local", state, summary: `${name} it is` },
  ...more,
});

const host = hostOf(6556, { labels: { site: "berlin" }, tags: ["linux"] });

describe("the page of a host", () => {
  test("shows its services worst first, with their details", () => {
    const services = servicesOf([
      service("Fine", 0),
      service("Warm", 1, { details: "one\ntwo" }),
      service("Odd", 3),
      service("Bad", 2),
    ]);
    const page = hostPage(host, { snapshot: snapshotOf({ host, services }), polls: [] }, 100);
    const at = ["Bad", "Odd", "Warm", "Fine"].map((name) => page.indexOf(`<b>${name}</b>`));
    expect(at.every((position) => position > 0)).toBe(true);
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(page).toContain("4 services");
    expect(page.match(/<details>/g)).toHaveLength(1);
    expect(page).toContain("127.0.0.1:6556");
    expect(page).toContain("linux, site=berlin");
  });

  test("shows how old sections are, and which of them nobody reads", () => {
    const outcome = outcomeOf({
      at: 1000,
      sections: [
        { name: "mem" },
        { name: "job", cached: { at: 700, interval: 600 }, error: "odd" },
      ],
      unknown: [{ name: "strange", lines: 3 }],
    });
    const page = hostPage(host, { snapshot: snapshotOf({ host, outcome }), polls: [] }, 1060);
    expect(page).toContain("3 sections");
    expect(page).toMatch(/<b>mem<\/b>[^<]*<[^>]*>1 minute ago</);
    expect(page).toMatch(/<b>job<\/b>[^<]*<[^>]*>6 minutes ago, served for 10 minutes: odd</);
    expect(page).toMatch(/<b>strange<\/b>[^<]*<[^>]*>1 minute ago, no check reads it</);
  });

  test("shows the last polls with what they cost, and why they failed", () => {
    const phases = { connect: 0.001, firstByte: 0.25, wait: 0, read: 0.004 };
    const polls = [
      { at: 990, seconds: 10, reason: "timeout" as const },
      { at: 930, seconds: 0.3, bytes: 20_480, phases },
    ];
    const page = hostPage(host, { snapshot: snapshotOf({ host }), polls }, 1000);
    expect(page).toContain("2 polls");
    expect(page).toMatch(/tag down">timeout<\/span>\s*10 seconds ago/);
    expect(page).toContain("300 ms, 20 KiB, connect 1 ms, first byte after 250 ms, read 4 ms");
  });

  test("says why a host is down, and that its services are as they were", () => {
    const failure = {
      reason: "refused" as const,
      message: "web1 (127.0.0.1:6556): connection refused",
    };
    const snapshot = snapshotOf({
      ...{ host, up: false, failure, lastSuccess: 940, services: servicesOf([service("Door", 2)]) },
    });
    const page = hostPage(host, { snapshot, polls: [] }, 1000);
    expect(page).toContain("refused: connection refused");
    expect(page).toContain("last report 1 minute ago");
    expect(page).toContain("as they were last:");
  });

  test("says that a host was not polled yet, and through whom a guest speaks", () => {
    expect(hostPage(host, { snapshot: undefined, polls: [] }, 1)).toContain("not polled yet");
    const guest = hostOf(1, { name: "vm1", guestOf: "esx1" });
    expect(hostPage(guest, { snapshot: undefined, polls: [] }, 1)).toContain("through esx1");
  });

  test("takes nothing for HTML, loads nothing, and needs no script", () => {
    const evil = '"><script>alert(1)</script><img src=x onerror=y>\u202e';
    const services = servicesOf([service(evil, 2, { summary: evil, details: evil })]);
    const outcome = outcomeOf({
      sections: [{ name: evil, error: evil }],
      unknown: [{ name: evil, lines: 1 }],
    });
    const failure = { reason: "protocol" as const, message: evil };
    const strange = hostOf(1, { name: evil, labels: { a: evil }, tags: [evil], guestOf: evil });
    const snapshot = snapshotOf({ host: strange, services, outcome, failure });
    const page = hostPage(strange, { snapshot, polls: [] }, 1);
    expect(page).not.toMatch(/<script|<img|\u202e|javascript:/i);
    expect(page).not.toMatch(/(src|href)="(?!\/)/);
    expect(page).not.toMatch(/ on\w+="/);
  });

  test("stays short, however much there is", () => {
    const long = "x".repeat(20_000);
    const services = servicesOf(
      Array.from({ length: 5000 }, (_, i) =>
        service(`S${i}`, 1, { summary: long, details: `${long}\n${long}` }),
      ),
    );
    const unknown = Array.from({ length: 2000 }, (_, i) => ({ name: `s${i}`, lines: 1 }));
    const snapshot = snapshotOf({ host, services, outcome: outcomeOf({ unknown }) });
    const page = hostPage(host, { snapshot, polls: [] }, 1);
    expect(page.length).toBeLessThan(3e6);
    expect(page).toContain("and 4500 more");
    expect(page).toContain("and 1700 more");
  });
});
