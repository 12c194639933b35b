import { expect, test } from "vitest";
import { esxSysteminfo } from "../../../poller/checks/esx_systeminfo.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { rows } from "../rows.ts";

test("what the host is becomes a metric, and no service", () => {
  const data = esxSysteminfo.parse(rows("name VMware ESXi", "version 8.0.2", "build 22380479"));
  expect(judged(esxSysteminfo, data)).toEqual([]);
  expect(sampleLines(samples(esxSysteminfo, data))).toEqual([
    'roundsman_esx_info{name="VMware ESXi",version="8.0.2",build="22380479"} 1',
  ]);
});

test("keys may end in a colon", () => {
  const data = esxSysteminfo.parse(
    rows("Version: 6.0", "AgentOS: VMware ESXi", "vendor VMware, Inc."),
  );
  expect(sampleLines(samples(esxSysteminfo, data))).toEqual([
    'roundsman_esx_info{name="VMware ESXi",version="6.0",build=""} 1',
  ]);
});

test("keys without values say nothing", () => {
  expect(esxSysteminfo.parse(rows("vendor"))).toBeUndefined();
});
