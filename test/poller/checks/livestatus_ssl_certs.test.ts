import { expect, test } from "vitest";
import { livestatusSslCerts } from "../../../poller/checks/livestatus_ssl_certs.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  livestatusSslCerts.parse(
    sectionRows(["<<<livestatus_ssl_certs:sep(124)>>>", ...lines, ""].join("\n")),
  );
const DAY = 86_400;
const AT = 1_700_000_000;
const certificates = (days: number, own = days) =>
  parse(
    "[north]",
    `/omd/sites/north/etc/ssl/ca.pem|${AT + days * DAY}`,
    `/omd/sites/north/etc/ssl/sites/north.pem|${AT + own * DAY}`,
  );
const result = (...days: [number, number?]) =>
  judged(livestatusSslCerts, certificates(...days), { at: AT })[0];

test("the ends of all certificates are exported", () => {
  expect(sampleLines(samples(livestatusSslCerts, certificates(1)))).toEqual(
    ["ca.pem", "sites/north.pem"].map(
      (name) =>
        `roundsman_omd_certificate_expiry_timestamp_seconds{site="north",certificate="${name}"} ${AT + DAY}`,
    ),
  );
});

test("a site is told in time", () => {
  expect(result(100)).toMatchObject({
    service: "OMD north certificates",
    item: "north",
    state: OK,
    summary: "ca.pem holds 100 days, sites/north.pem holds 100 days",
  });
  expect([30, 29, 6].map((days) => result(100, days)?.state)).toEqual([OK, WARN, CRIT]);
  expect(result(6, 100)?.state).toBe(CRIT);
  expect(result(100, -2)?.summary).toContain("sites/north.pem expired 2 days ago");
});

test("the days of the site's own certificate are perfdata, with levels in days", () => {
  expect(perfdata(result(500, 100))).toEqual({ site_cert_days: 100 });
  expect(result(500, 100)?.perfdata?.[0]?.levels).toEqual({ lower: { warn: 30, crit: 7 } });
});

test("a certificate that does not tell its end is no trouble", () => {
  const data = parse("[north]", "/omd/sites/north/etc/ssl/sites/north.pem|", "[south]");
  expect(judged(livestatusSslCerts, data)).toMatchObject([
    { state: OK, details: "sites/north.pem: its end is not known", perfdata: [] },
  ]);
  expect(parse("[south]")).toBeUndefined();
});
