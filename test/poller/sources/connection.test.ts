import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { Connection } from "../../../poller/sources/connection.ts";
import { Credentials } from "../../../poller/sources/credentials.ts";
import { Lookup } from "../../../poller/sources/lookup.ts";
import type { Errand } from "../../../poller/sources/opener.ts";
import { Slots } from "../../../poller/sources/slots.ts";
import { Turns } from "../../../poller/sources/turns.ts";
import { hostOf } from "../hosts.ts";
import { agent, answering, reportOf } from "./agents.ts";

const REPORT = reportOf(60_000);

/** A connection to an agent whose report is opened only after an errand. */
async function withErrand(
  errand: Errand<Buffer>,
  slots: Slots,
): Promise<{ report: Promise<string>; held: () => boolean }> {
  const { port } = await agent(answering(REPORT));
  const connection = new Connection(
    hostOf(port, { timeoutSeconds: 1 }),
    new AbortController().signal,
    {
      slots,
      longSlots: new Slots(1),
      lookup: new Lookup(),
      opener: { open: (_bytes, _host, how) => how!.aside!(errand) },
      credentials: new Credentials(),
      turns: new Turns(),
    },
    0,
  );
  onTestFinished(() => connection.close());
  return {
    report: connection.report.then(({ bytes }) => bytes.toString()),
    held: () => !slots.free,
  };
}

describe("while a report waits for its key", () => {
  test("its host's deadline stands still, and its slot is another's", async () => {
    const seen: boolean[] = [];
    const slots = new Slots(1);
    const { report, held } = await withErrand(async (begun) => {
      await sleep(1500);
      seen.push(held());
      begun();
      return Buffer.from("<<<a>>>\n");
    }, slots);
    expect(await report).toBe("<<<a>>>\n");
    expect(seen).toEqual([false]);
    expect(held()).toBe(true);
  });

  test("once that is being made the deadline goes on", async () => {
    const { report } = await withErrand(async (begun) => {
      begun();
      await sleep(5000, undefined, { ref: false });
      return Buffer.alloc(0);
    }, new Slots(1));
    await expect(report).rejects.toThrow("not deciphered within 1 s");
  });
});
