import { expect, test } from "vitest";
import { mssqlTransactionlogs } from "../../../poller/checks/mssql_transactionlogs.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

test("logs are read and judged as data files are, under names of their own", () => {
  const text =
    "<<<mssql_transactionlogs:sep(124)>>>\nSHOP|stock|stock_log|L:\\stock.ldf|2097152|256|16|0\n";
  const data = mssqlTransactionlogs.parse(sectionRows(text));
  expect(judged(mssqlTransactionlogs, data)).toMatchObject([
    {
      service: "MSSQL Transactionlog SHOP.stock.stock_log",
      summary: "Used: 16 MiB, Allocated: 256 MiB, Allocated used: 6.25%, Maximum size: 2 TiB",
    },
  ]);
  expect(sampleLines(samples(mssqlTransactionlogs, data))[0]).toBe(
    'roundsman_mssql_transactionlog_used_bytes{mssql_instance="SHOP",database="stock",file="stock_log"} 16777216',
  );
});
