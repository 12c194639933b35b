import fc from "fast-check";
import { expect, test } from "vitest";
import { mssqlTablespaces } from "../../../poller/checks/mssql_tablespaces.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

const MIB = 2 ** 20;
const LINE = "MSSQL_SHOP our stock 8.00 MB 2.00 MB 4096 KB 2048 KB 1024 KB 1024 KB";
const parse = (...lines: string[]) => mssqlTablespaces.parse(rows(...lines));

test("sizes come in bytes, those of objects in the details", () => {
  const [result] = judged(mssqlTablespaces, parse(LINE));
  expect(result).toMatchObject({
    service: "MSSQL SHOP our stock Sizes",
    state: OK,
    summary: "Size: 8 MiB, Unallocated space: 2 MiB, 25%",
    details:
      "Reserved space: 4 MiB, 50%\nData: 2 MiB, 25%\nIndexes: 1 MiB, 12.5%\nUnused: 1 MiB, 12.5%",
  });
  expect(perfdata(result)).toEqual({
    size: 8 * MIB,
    unallocated: 2 * MIB,
    reserved: 4 * MIB,
    data: 2 * MIB,
    indexes: MIB,
    unused: MIB,
  });
});

test("levels are upper ones, of free space lower ones", () => {
  const state = (params: object) => judged(mssqlTablespaces, parse(LINE), { params })[0]?.state;
  expect(state({ size: { warn: 8 * MIB, crit: 9 * MIB } })).toBe(WARN);
  expect(state({ unallocated: { warn: 4 * MIB, crit: 3 * MIB } })).toBe(CRIT);
});

test("a database that would not answer is CRIT and says why", () => {
  const data = parse("MSSQL_SHOP attic - - - - - - - - - - - - ERROR: attic is locked");
  expect(judged(mssqlTablespaces, data)).toMatchObject([
    { service: "MSSQL SHOP attic Sizes", state: CRIT, summary: "attic is locked" },
  ]);
});

test("sizes are exported", () => {
  const lines = sampleLines(samples(mssqlTablespaces, parse(LINE)));
  expect(lines).toHaveLength(6);
  expect(lines[4]).toBe(
    `roundsman_mssql_tablespace_indexes_bytes{mssql_instance="SHOP",database="our stock"} ${MIB}`,
  );
});

test("whatever words a database's name is made of, its sizes are found behind it", () => {
  const word = fc.constantFrom("stock", "2026", "4.5", "MB", "KB", "-", "ERROR");
  const size = fc.nat({ max: 10 ** 9 });
  fc.assert(
    fc.property(
      fc.array(word, { minLength: 1, maxLength: 4 }),
      fc.array(size, { minLength: 6, maxLength: 6 }),
      (words, sizes) => {
        const columns = sizes.map((kilobytes) => `${kilobytes} KB`).join(" ");
        expect(parse(`SHOP ${words.join(" ")} ${columns}`)?.things).toEqual([
          { instance: "SHOP", database: words.join(" "), sizes: sizes.map((n) => n * 1024) },
        ]);
      },
    ),
  );
});

test("a line with a unit nobody knows says nothing", () => {
  expect(parse(LINE.replace("4096 KB", "4096 XB"))).toBeUndefined();
});
