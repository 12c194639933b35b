import { expect, test } from "vitest";
import { roundsmanConntrack } from "../../../agent/sections/roundsman_conntrack.ts";
import { collect, madeUp } from "./host.ts";

const FOLDER = "/proc/sys/net/netfilter";

test("connections and their limit are told by the kernel's names", async () => {
  const { host } = madeUp({
    [`${FOLDER}/nf_conntrack_count`]: "412\n",
    [`${FOLDER}/nf_conntrack_max`]: "262144\n",
  });
  expect(await collect(roundsmanConntrack, host)).toBe(
    "<<<roundsman_conntrack>>>\nnf_conntrack_count 412\nnf_conntrack_max 262144\n",
  );
});

test("what tracks nothing has no section, and a file that is missing no line", async () => {
  const { host, write } = madeUp({});
  expect(await collect(roundsmanConntrack, host)).toBeUndefined();
  write(`${FOLDER}/nf_conntrack_max`, "1\n");
  expect(await collect(roundsmanConntrack, host)).toBe(
    "<<<roundsman_conntrack>>>\nnf_conntrack_max 1\n",
  );
});
