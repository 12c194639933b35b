import fc from "fast-check";
import { expect, test } from "vitest";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Opener } from "../../../poller/sources/opener.ts";
import { Fault } from "../../../poller/sources/source.ts";
import { Turns } from "../../../poller/sources/turns.ts";
import { temporaryFolder } from "../../programs.ts";
import { hostOf } from "../hosts.ts";

const beginnings = ["<<", "00", "02", "03Salted__", "04", "16", "99", "0", ""];
const frames = ["", "\0", "\0\0\0", "\0\0\x01", "\0\0\x01\x78\x9c", "\0\0\x02", "\x01\0\0"];

test("any bytes are opened or refused with a reason, and what is opened is a report", async () => {
  const file = join(temporaryFolder(), "secret");
  writeFileSync(file, "s3cret", { mode: 0o600 });
  const tls = { ca: "", cert: "", key: "" };
  const opener = new Opener(new Turns());
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...frames),
      fc.constantFrom(...beginnings),
      fc.uint8Array({ maxLength: 200 }),
      fc.boolean(),
      fc.constantFrom("any", "encrypted", "tls"),
      async (frame, beginning, rest, secured, encryption) => {
        const bytes = Buffer.concat([Buffer.from(frame + beginning, "latin1"), rest]);
        const host = hostOf(1, { secret: { file }, tls, encryption, maxBytes: 4096 });
        const result = await opener.open(bytes, host, { secured }).catch((e: unknown) => e);
        if (!Buffer.isBuffer(result)) expect(result).toBeInstanceOf(Fault);
        else {
          expect(result.toString("latin1", 0, 2)).toBe("<<");
          expect(secured || encryption === "any").toBe(true);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
