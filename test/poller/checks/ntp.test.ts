import { expect, test } from "vitest";
import { ntp } from "../../../poller/checks/ntp.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const parse = (...lines: string[]) => ntp.parse(rows(...lines));
const peer = (code: string, { when = "72", stratum = 2, offset = "0.5", jitter = "1.5" } = {}) =>
  `${code} 192.0.2.1 .GPS. ${stratum} u ${when} 256 377 16.2 ${offset} ${jitter}`;
const followed = (given: Parameters<typeof peer>[1] = {}) =>
  judged(ntp, parse(peer("*", given)))[0];

test("the server that is followed is told", () => {
  const result = followed();
  expect(result).toMatchObject({
    service: "NTP Time",
    state: OK,
    summary:
      "Offset: 0.5 ms, Jitter: 1.5 ms, Stratum: 2, Time since last sync: 1 minute 12 seconds",
    details: "Synchronised with 192.0.2.1, 1 peer",
  });
  expect(perfdata(result)).toEqual({
    offset: 0.0005,
    jitter: 0.0015,
    stratum: 2,
    last_sync_time: 72,
  });
});

test.each([
  [{ offset: "199.9" }, OK],
  [{ offset: "-200.5" }, WARN],
  [{ offset: "501" }, CRIT],
  [{ jitter: "250" }, WARN],
  [{ stratum: 10 }, CRIT],
  [{ when: "4m" }, OK],
  [{ when: "5m" }, WARN],
  [{ when: "2h" }, CRIT],
  [{ when: "1d" }, CRIT],
  [{ when: "-" }, OK],
])("with %j the state is %d", (given, state) => {
  expect(followed(given)?.state).toBe(state);
});

test("none being followed warns once that is no passing thing", () => {
  const data = parse(peer("%"));
  expect(judged(ntp, data)[0]).toMatchObject({
    state: OK,
    summary: "1 peer, none is followed, Time since last sync: N/A",
  });
  const previous = { data: data!, at: 1 };
  expect(judged(ntp, data, { previous })[0]?.state).toBe(WARN);
  expect(judged(ntp, data, { previous: { data: parse(peer("*"))!, at: 1 } })[0]?.state).toBe(OK);
});

test("an agent that finds no ntpd says nothing of the clock", () => {
  const data = parse();
  expect(judged(ntp, data, { previous: { data: data!, at: 1 } })[0]?.state).toBe(OK);
  expect(samples(ntp, data)).toEqual([]);
});

test("titles and torn lines are passed over", () => {
  const data = parse(
    "% remote refid st t when poll reach delay offset jitter",
    "= ====",
    peer("*").slice(0, 40),
    peer("+"),
  );
  expect(data?.peers).toHaveLength(1);
});

test("the server's numbers are exported in seconds", () => {
  expect(sampleLines(samples(ntp, parse(peer("*"))))).toEqual([
    "roundsman_ntp_offset_seconds 0.0005",
    "roundsman_ntp_jitter_seconds 0.0015",
    "roundsman_ntp_stratum 2",
    "roundsman_ntp_synchronised 1",
    'roundsman_ntp_source_info{source="192.0.2.1",refid=".GPS."} 1',
  ]);
});
