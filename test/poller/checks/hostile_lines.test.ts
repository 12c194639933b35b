import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { checks } from "../../../poller/checks/index.ts";
import { examine } from "../../../poller/examine.ts";
import { judging } from "../../../poller/judging.ts";
import { parse } from "../../../poller/parse.ts";
import { top } from "../../peers.ts";

const LENGTH = 1 << 17;

/** Lines tried of each section, spread over it. */
const LINES = 5;

/** What a pattern may stumble over when there is much of it. */
const MUCH = ["1", "a ", " ", "x=1;", "'", "(", "|", "1:", "; 1 ago "];

/** A line of a square's cost takes a dozen seconds at this length; others some milliseconds. */
const TOO_LONG_MILLISECONDS = 4000;

const judges = judging(checks);
const specimen = readFileSync(join(top, "test/fixtures/output/specimen.txt"), "utf8");

/** The specimen's part under the headers of one name. */
function linesOf(section: string): string[] {
  const parts = specimen.split(/^(?=<<<)/m);
  return parts
    .filter((part) => part.startsWith(`<<<${section}`))
    .join("")
    .trim()
    .split("\n");
}

function milliseconds(report: string): number {
  const bytes = Buffer.from(report);
  const started = performance.now();
  const sections = parse(bytes).hosts[0]?.sections ?? new Map<never, never>();
  examine(sections, {
    ...{ host: { name: "web1", labels: {}, tags: [] }, bytes: bytes.length, at: 100 },
    judging: judges,
  });
  return performance.now() - started;
}

test.each(checks.map(({ section }) => section))("%s takes no line's square", (section) => {
  const lines = linesOf(section);
  const bodies = [...lines.keys()].filter((at) => !lines[at]?.startsWith("<<<"));
  const step = Math.max(1, Math.floor(bodies.length / LINES));
  for (const at of bodies.filter((_, index) => index % step === 0))
    for (const much of MUCH) {
      const words = (lines[at] ?? "").split(/(?<=[\s:,=|])/);
      const flood = `${much.repeat(LENGTH / much.length)}!`;
      const line = words.with(Math.floor(words.length / 2), flood).join("");
      const time = milliseconds(`${lines.with(at, line).join("\n")}\n`);
      expect(time, `${lines[at]} with much ${JSON.stringify(much)}`).toBeLessThan(
        TOO_LONG_MILLISECONDS,
      );
    }
});
