import { expect, test } from "vitest";
import { cmkAgentCtlStatus } from "../../../poller/checks/cmk_agent_ctl_status.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (line: string) =>
  cmkAgentCtlStatus.parse(sectionRows(`<<<cmk_agent_ctl_status:sep(0)>>>\n${line}\n`));

const STATUS = {
  version: "2.9.9",
  agent_socket_operational: true,
  allow_legacy_pull: false,
  connections: [
    {
      site_id: "mon.example/north",
      local: {
        connection_mode: "pull-agent",
        cert_info: { to: "Mon, 16 Nov 2026 12:00:00 +0000" },
      },
    },
  ],
};
const EXPIRES = Date.UTC(2026, 10, 16, 12) / 1000;
const status = (changes: object = {}) => parse(JSON.stringify({ ...STATUS, ...changes }));
const withDaysLeft = (days: number) =>
  judged(cmkAgentCtlStatus, status(), { at: EXPIRES - days * 86_400 })[1];

test("when a certificate expires is exported", () => {
  expect(sampleLines(samples(cmkAgentCtlStatus, status()))).toEqual([
    "roundsman_agent_controller_operational 1",
    `roundsman_agent_controller_certificate_expiry_timestamp_seconds{site="mon.example/north"} ${EXPIRES}`,
  ]);
});

test("a controller with fresh certificates is well", () => {
  expect(judged(cmkAgentCtlStatus, status())[0]).toMatchObject({
    service: "Agent controller",
    state: OK,
    summary: "version 2.9.9, 1 site",
  });
  expect(withDaysLeft(365)).toEqual({
    service: "Agent",
    state: OK,
    summary: "",
    details: "mon.example/north (pull-agent): certificate holds 365 days",
    perfdata: [],
  });
});

test("a certificate that runs out is told in time", () => {
  expect([30, 29, 14].map((days) => withDaysLeft(days)?.state)).toEqual([OK, WARN, CRIT]);
  expect(withDaysLeft(-2)).toMatchObject({
    state: CRIT,
    summary: expect.stringContaining("certificate expired 2 days ago") as string,
  });
});

test("a controller that does not reach its agent is critical", () => {
  const data = status({ agent_socket_operational: false, connections: [] });
  expect(judged(cmkAgentCtlStatus, data)[0]).toMatchObject({
    state: CRIT,
    summary: "version 2.9.9, does not reach the agent, not registered",
  });
});

test("controllers of older versions name a site by its coordinates", () => {
  const connection = {
    coordinates: "mon.example:8000/north",
    local: { connection_type: "push-agent" },
  };
  expect(status({ connections: [connection] })?.connections).toEqual([
    { site: "mon.example:8000/north", mode: "push-agent" },
  ]);
});

test("fields of other kinds than expected are passed over, but for the version", () => {
  expect(status({ connections: [null, { site_id: 7, local: "x" }], allow_legacy_pull: 1 })).toEqual(
    { version: "2.9.9", isOperational: true, connections: [{ site: "" }] },
  );
  expect(() => status({ version: 2 })).toThrow(ParseError);
  expect(() => parse("not registered")).toThrow(ParseError);
});
