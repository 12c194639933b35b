import { expect, test } from "vitest";
import { roundsmanInventory } from "../../../poller/checks/roundsman_inventory.ts";
import { ParseError } from "../../../poller/judge/check.ts";
import { OK, WARN } from "../../../poller/judge/state.ts";
import { judged, sampleLines, samples } from "../judging.ts";
import { sectionRows } from "../rows.ts";

const parse = (...objects: unknown[]) =>
  roundsmanInventory.parse(
    sectionRows(
      [
        "<<<roundsman_inventory:sep(0):persist(1717043200)>>>",
        ...objects.map((one) => (typeof one === "string" ? one : JSON.stringify(one))),
        "",
      ].join("\n"),
    ),
  );
const HOST = [
  { os: { id: "example", name: "Example Linux", version: "42", title: "Example Linux 42" } },
  { kernel: { name: "Linux", release: "6.9.0", version: "#1 SMP", architecture: "x86_64" } },
  { cpu: { model: "Imaginary 3000", sockets: 1, cores: 4, threads: 8 } },
  { dpkg: ["bash", "5.2", "amd64"] },
  { dpkg: ["zlib1g", "1.3", "amd64"] },
  { rpm: ["alien", "1", "noarch"] },
];

test("facts are exported, of packages no more than how many there are", () => {
  expect(sampleLines(samples(roundsmanInventory, parse(...HOST)))).toEqual([
    'roundsman_host_os_info{id="example",name="Example Linux",version="42",title="Example Linux 42"} 1',
    'roundsman_host_kernel_info{name="Linux",release="6.9.0",architecture="x86_64"} 1',
    'roundsman_host_cpu_info{model="Imaginary 3000"} 1',
    "roundsman_host_cpu_sockets 1",
    "roundsman_host_cpu_cores 4",
    "roundsman_host_cpu_threads 8",
    'roundsman_host_packages{manager="dpkg"} 2',
    'roundsman_host_packages{manager="rpm"} 1',
  ]);
});

test("the service tells what the host is", () => {
  expect(judged(roundsmanInventory, parse(...HOST))).toMatchObject([
    {
      service: "Inventory",
      state: OK,
      summary:
        "Example Linux 42, Linux 6.9.0 x86_64, Imaginary 3000, 4 cores, 8 threads, 2 packages (dpkg), 1 package (rpm)",
    },
  ]);
});

test("what could not be had is trouble", () => {
  const [service] = judged(roundsmanInventory, parse({ error: "dpkg: is too slow" }));
  expect(service).toMatchObject({ state: WARN, summary: "dpkg: is too slow" });
});

test("fields of other kinds than expected are passed over", () => {
  const data = parse({ os: 7 }, { cpu: { model: 3, cores: "four" } }, { more: {} });
  expect(sampleLines(samples(roundsmanInventory, data))).toEqual([
    'roundsman_host_cpu_info{model=""} 1',
  ]);
  expect(() => parse("no json")).toThrow(ParseError);
});
