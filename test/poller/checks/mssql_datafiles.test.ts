import { expect, test } from "vitest";
import { mssqlDatafiles } from "../../../poller/checks/mssql_datafiles.ts";
import { CRIT, OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const MIB = 2 ** 20;
const parse = (...lines: string[]) =>
  mssqlDatafiles.parse(sectionRows(["<<<mssql_datafiles:sep(124)>>>", ...lines, ""].join("\n")));
const file = (facts: string) => parse(`SHOP|stock|stock_1|D:\\Data\\stock.mdf|${facts}`);

test("a file is judged by the size that it may grow to", () => {
  const [result] = judged(mssqlDatafiles, file("1000|900|850|0"));
  expect(result).toMatchObject({
    service: "MSSQL Datafile SHOP.stock.stock_1",
    item: "SHOP.stock.stock_1",
    state: WARN,
    summary:
      "Used: 850 MiB (warn/crit at 800 MiB/900 MiB), Allocated: 900 MiB, Allocated used: 94.44%, Maximum size: 0.98 GiB",
  });
  expect(perfdata(result)).toEqual({ data_size: 850 * MIB, allocated_size: 900 * MIB });
  expect(result?.perfdata?.[0]?.max).toBe(1000 * MIB);
});

test("a file that only the disk limits is not judged by a size", () => {
  const data = file("0|900|900|1");
  expect(judged(mssqlDatafiles, data)[0]).toMatchObject({ state: OK });
  expect(judged(mssqlDatafiles, data)[0]?.summary).toContain("Maximum size: unlimited");
  const params = { allocatedUsed: { warn: 0.8, crit: 0.9 } };
  expect(judged(mssqlDatafiles, data, { params })[0]?.state).toBe(CRIT);
});

test("a file that may not grow is full when it is full", () => {
  expect(judged(mssqlDatafiles, file("0|100|95|0"))[0]?.state).toBe(CRIT);
});

test("a database that would not answer is CRIT and says why", () => {
  expect(judged(mssqlDatafiles, parse("SHOP|attic|-|-|-|-|-|-|ERROR: gone"))).toMatchObject([
    { service: "MSSQL Datafiles SHOP attic", state: CRIT, summary: "gone" },
  ]);
});

test("sizes are exported, a limit where there is one", () => {
  const labels = 'mssql_instance="SHOP",database="stock",file="stock_1"';
  expect(sampleLines(samples(mssqlDatafiles, file("0|2|1|1")))).toEqual([
    `roundsman_mssql_datafile_used_bytes{${labels}} ${MIB}`,
    `roundsman_mssql_datafile_allocated_bytes{${labels}} ${2 * MIB}`,
  ]);
  expect(sampleLines(samples(mssqlDatafiles, file("4|2|1|0")))).toContain(
    `roundsman_mssql_datafile_max_bytes{${labels}} ${4 * MIB}`,
  );
});

test("a line without sizes says nothing", () => {
  expect(file("a|b|c|0")).toBeUndefined();
});
