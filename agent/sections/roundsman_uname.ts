/**
 * What kernel runs here, and what the host calls itself: `ostype Linux`, `osrelease 6.1.0`, and so on
 * as the kernel's files are named, then `machine x86_64`.
 *
 * Source: /proc/sys/kernel, the machine from uname(2)
 */
import type { AgentSection } from "../section.ts";
import type { Facts } from "./check_mk.ts";

const FILES = ["ostype", "osrelease", "version", "hostname", "domainname"];

export const roundsmanUname = ({ machine }: Pick<Facts, "machine">): AgentSection => ({
  name: "roundsman_uname",
  collect(system) {
    const values = FILES.map((name) => [name, system.read(`/proc/sys/kernel/${name}`)] as const);
    if (values.every(([, value]) => value === undefined)) return undefined;
    return [...values, ["machine", machine] as const]
      .flatMap(([name, value]) => (value === undefined ? [] : `${name} ${oneLine(value)}\n`))
      .join("");
  },
});

const oneLine = (value: string): string => value.trim().replace(/[\r\n]+/g, " ");
