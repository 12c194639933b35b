import { expect, test } from "vitest";
import { tcpConnStats } from "../../../agent/sections/tcp_conn_stats.ts";
import { collect, madeUp, NOW, web1 } from "./host.ts";

const HEAD = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid\n";
const rows = (count: number, state: string): string =>
  Array.from(
    { length: count },
    (_, i) =>
      `${String(i).padStart(4)}: 0100007F:1F90 0100007F:C0DE ${state} 00000000:00000000 0 \n`,
  ).join("");

test("sockets of both families are counted by state", async () => {
  expect(await collect(tcpConnStats, web1())).toBe(
    "<<<tcp_conn_stats>>>\n0A 3\n01 2\n06 1\n08 1\n",
  );
});

test("a table of many reads is counted to the last row, wherever reads end", async () => {
  const { host } = madeUp({
    "/proc/net/tcp": HEAD + rows(9001, "01"),
    "/proc/net/tcp6": HEAD + rows(77, "06"),
  });
  expect(await collect(tcpConnStats, host)).toBe("<<<tcp_conn_stats>>>\n01 9001\n06 77\n");
});

test("a short table is read each time, a long one once a minute", async () => {
  let now = NOW;
  const { host, write } = madeUp({ "/proc/net/tcp": HEAD + rows(3, "01") }, { now: () => now });
  const counted = (): Promise<string | undefined> => collect(tcpConnStats, host);
  await counted();
  write("/proc/net/tcp", HEAD + rows(10_001, "01"));
  expect(await counted()).toContain("01 10001\n");
  write("/proc/net/tcp", HEAD + rows(5, "01"));
  now += 50;
  expect(await counted()).toContain("01 10001\n");
  now += 10;
  expect(await counted()).toContain("01 5\n");
});

test("what is no row is not counted, and without a table there is no section", async () => {
  const { host } = madeUp({
    "/proc/net/tcp": `${HEAD}garbage\n 1: x:y 01\n\n${rows(1, "0A")}torn: 0`,
  });
  expect(await collect(tcpConnStats, host)).toBe("<<<tcp_conn_stats>>>\n0A 1\n");
  expect(await collect(tcpConnStats, madeUp({}).host)).toBeUndefined();
});
