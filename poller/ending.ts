/** Whether a report came to its end. */
import type { Part } from "./rows.ts";

const LF = 10;
const OUR_AGENT = Buffer.from("Agent: roundsman");
const END_LINE = /(?:^|\n)\{"end":true\b[^\n]*\s*$/;

/** Our own agent ends its report with a line that says so. */
export function lacksEnd(parts: readonly Part[]): boolean {
  const last = parts.findLast(({ header }) => header.name === "roundsman_agent");
  if (last)
    return !END_LINE.test(last.bytes.toString("latin1", Math.max(0, last.bytes.length - 1024)));
  return parts.some(({ header, bytes }) => header.name === "check_mk" && saysOurs(bytes));
}

function saysOurs(checkMk: Buffer): boolean {
  const at = checkMk.indexOf(OUR_AGENT);
  return at === 0 || checkMk[at - 1] === LF;
}
