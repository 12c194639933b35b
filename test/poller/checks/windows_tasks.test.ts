import { describe, expect, test } from "vitest";
import { windowsTasks } from "../../../poller/checks/windows_tasks.ts";
import { readParams } from "../../../poller/config/params.ts";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...blocks: (readonly string[])[]) =>
  windowsTasks.parse(sectionRows(["<<<windows_tasks:sep(58)>>>", ...blocks.flat(), ""].join("\n")));
const task = (name: string, result: number | string = 0, state = "Enabled") => [
  "",
  `TaskName             : \\${name}`,
  "Last Run Time        : 3/8/2022 5:18:32 AM",
  "Next Run Time        : N/A",
  `Last Result          : ${result}`,
  `Scheduled Task State : ${state}`,
];

test("a task that ended well is OK, and its times are told as the host writes them", () => {
  expect(judged(windowsTasks, parse(task("Backup\\Nightly: all")))).toEqual([
    {
      service: "Task \\Backup\\Nightly: all",
      item: "\\Backup\\Nightly: all",
      state: OK,
      summary: "ended well, Last run: 3/8/2022 5:18:32 AM, Next run: N/A",
      perfdata: [],
    },
  ]);
});

test.each([
  [1, CRIT, "failed (0x00000001)"],
  [267009, OK, "runs (0x00041301)"],
  [267013, WARN, "lacks something"],
  [2147942402, CRIT, "does not find its file (0x80070002)"],
  [-2147024894, CRIT, "does not find its file (0x80070002)"],
  ["", UNKNOWN, "nobody knows"],
])("the result %s is worth state %d", (result, state, text) => {
  const [found] = judged(windowsTasks, parse(task("Import", result)));
  expect(found?.state).toBe(state);
  expect(found?.summary).toContain(text);
});

test("somebody can say what a result is worth", () => {
  const { params, findings } = readParams(windowsTasks, { results: { "1": OK } });
  expect(findings).toEqual([]);
  expect(judged(windowsTasks, parse(task("Import", 1)), { params })[0]?.state).toBe(OK);
});

describe("no service has", () => {
  test("a task that is disabled, in whatever language", () => {
    for (const word of ["Disabled", "Deaktiviert", "Désactivé"])
      expect(judged(windowsTasks, parse(task("Old", 1, word)))).toEqual([]);
  });

  test("a task that is ignored", () => {
    const params = { ignore: ["\\User_Feed*"] };
    const data = parse(task("User_Feed-{1}", 1), task("Import"));
    expect(judged(windowsTasks, data, { params }).map(({ item }) => item)).toEqual(["\\Import"]);
  });
});

test("in other languages the order tells what is what", () => {
  const german = [
    "Aufgabenname               : \\Sicherung",
    "Letzte Laufzeit            : 08.03.2022 05:18:32",
    "Nächste Laufzeit           : Nicht zutreffend",
    "Letztes Ergebnis           : 2",
    "Status der geplanten Aufgabe: Aktiviert",
  ];
  expect(
    parse(
      german,
      german.map((line) => line.replace("Sicherung", "Zwei")),
    ),
  ).toMatchObject([
    { name: "\\Sicherung", isEnabled: true, result: 2, lastRun: "08.03.2022 05:18:32" },
    { name: "\\Zwei" },
  ]);
});

test("more facts than are needed may stand around, paths among them", () => {
  const [first, ...rest] = task("Import", 3).slice(1);
  const block = [
    "HostName: SPECIMEN",
    first!,
    "Task To Run: \\\\server\\share\\import.cmd",
    ...rest,
  ];
  expect(parse(block, block)).toMatchObject([{ name: "\\Import", result: 3, isEnabled: true }]);
});

test("metrics are those of windows_exporter; a task that never ran has no result", () => {
  const data = parse(task("A\\b"), task("Bad", 1), task("New", 267011), task("Old", 0, "Disabled"));
  expect(sampleLines(samples(windowsTasks, data))).toEqual([
    'windows_scheduled_task_last_result{task="/A/b"} 1',
    'roundsman_scheduled_task_enabled{task="/A/b"} 1',
    'windows_scheduled_task_last_result{task="/Bad"} 0',
    'roundsman_scheduled_task_enabled{task="/Bad"} 1',
    'roundsman_scheduled_task_enabled{task="/New"} 1',
    'windows_scheduled_task_last_result{task="/Old"} 1',
    'roundsman_scheduled_task_enabled{task="/Old"} 0',
  ]);
});

test("a section without tasks is none", () => {
  expect(parse()).toBeUndefined();
  expect(parse(["Last Result : 0"])).toBeUndefined();
});
