import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { readQuery } from "../../../poller/http/query.ts";
import { Refusal } from "../../../poller/http/refusal.ts";

const known = {
  one: z.string().default("usual"),
  "many[]": z.array(z.string()).optional(),
};

describe("the parameters of a request", () => {
  test("come as they were meant, whatever is in them", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.array(fc.string({ unit: "grapheme" }), { minLength: 1, maxLength: 50 }),
        (one, many) => {
          const query = new URLSearchParams([
            ["one", one],
            ...many.map((text) => ["many[]", text] as [string, string]),
          ]);
          expect(readQuery(`/x?${query.toString()}`, known)).toEqual({ one, "many[]": many });
        },
      ),
    );
  });

  test("may be left out, and may have no value", () => {
    const usual = { one: "usual", "many[]": undefined };
    for (const target of ["/x", "/x?", "/x?&&", ""])
      expect(readQuery(target, known)).toEqual(usual);
    expect(readQuery("/x?one&many[]=", known)).toEqual({ one: "", "many[]": [""] });
    expect(readQuery("/x?one=a=b?c", known)).toMatchObject({ one: "a=b?c" });
  });

  test("are read or refused in one line, whatever they are", () => {
    const part = fc.oneof(
      fc.string(),
      fc.constantFrom("one", "many[]", "=", "&", "%", "%zz", "%00", "+", "?", "__proto__", "%ff"),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        try {
          readQuery(`/x?${parts.join("")}`, known);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
          const { statusCode, message } = error as Refusal;
          expect(statusCode).toBe(400);
          expect(message).toMatch(/^[^\n\r]{1,300}$/);
        }
      }),
    );
  });
});
