import { expect, test } from "vitest";
import { omdDiskusage } from "../../../poller/checks/omd_diskusage.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, perfdata, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...lines: string[]) =>
  omdDiskusage.parse(sectionRows(["<<<omd_diskusage:sep(0)>>>", ...lines, ""].join("\n")));
const NORTH = [
  "[site north]",
  "4000000\t/omd/sites/north",
  "1000\t/omd/sites/north/var/log",
  "2000\t/omd/sites/north/tmp/",
  "0 /omd/sites/north/var/mkeventd/history/",
  "7\t/omd/sites/north/var/nobody/knows",
];

test("the whole of a site is exported apart from its folders", () => {
  expect(sampleLines(samples(omdDiskusage, parse(...NORTH)))).toEqual([
    'roundsman_omd_site_size_bytes{site="north"} 4000000',
    'roundsman_omd_folder_size_bytes{site="north",folder="var/log"} 1000',
    'roundsman_omd_folder_size_bytes{site="north",folder="tmp"} 2000',
    'roundsman_omd_folder_size_bytes{site="north",folder="var/mkeventd/history"} 0',
  ]);
});

test("a site is a service; only its size can be too much", () => {
  const [service] = judged(omdDiskusage, parse(...NORTH));
  expect(service).toMatchObject({
    service: "OMD north disk usage",
    item: "north",
    state: OK,
    summary: "Total: 3.81 MiB",
    details: "Tmp: 1.95 KiB\nLogs: 0.98 KiB\nHistory: 0 B",
  });
  expect(perfdata(service)).toEqual({
    omd_size: 4_000_000,
    omd_tmp_size: 2000,
    omd_log_size: 1000,
    omd_history_size: 0,
  });
  const params = { total: { warn: 3e6, crit: 5e6 } };
  expect(judged(omdDiskusage, parse(...NORTH), { params })[0]?.state).toBe(WARN);
});

test("what stands elsewhere, or for no number, is passed over", () => {
  const data = parse("[site north]", "5\t/omd/sites/south/var/log", "many\t/omd/sites/north");
  expect(judged(omdDiskusage, data)[0]?.summary).toBe("its size is not known");
  expect(parse("5\t/omd/sites/north")).toBeUndefined();
});
