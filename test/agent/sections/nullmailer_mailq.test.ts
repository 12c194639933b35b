import { expect, test } from "vitest";
import { nullmailerMailq } from "../../../agent/sections/nullmailer_mailq.ts";
import { collect, madeUp } from "./host.ts";

const SPOOL = "/var/spool/nullmailer";

test("mails that wait and mails that failed are counted", async () => {
  const { host } = madeUp({
    [`${SPOOL}/queue/1`]: "x",
    [`${SPOOL}/queue/2`]: "x",
    [`${SPOOL}/failed/3`]: "x",
    [`${SPOOL}/tmp/4`]: "x",
  });
  const text = await collect(nullmailerMailq, host);
  expect(text?.replace(/^\d+/gm, "KIB")).toBe(
    "<<<nullmailer_mailq>>>\nKIB 2 deferred\n<<<nullmailer_mailq>>>\nKIB 1 failed\n",
  );
});

test("a queue that is not there is left out", async () => {
  const { host } = madeUp({ [`${SPOOL}/queue/1`]: "x" });
  expect(await collect(nullmailerMailq, host)).toMatch(
    /^<<<nullmailer_mailq>>>\n\d+ 1 deferred\n$/,
  );
});

test("without nullmailer there is no section", async () => {
  expect(await collect(nullmailerMailq, madeUp({}).host)).toBeUndefined();
});
