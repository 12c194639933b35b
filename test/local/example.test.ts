import { expect, test } from "vitest";
import { CRIT, OK, WARN } from "../../poller/judge/state.ts";
import { place } from "../plugins/place.ts";
import { services } from "./services.ts";

test("every form of line is read as the example says", async () => {
  const { stdout, stderr, code } = await place().run("local/example");
  const found = services(stdout);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(found.map(({ service, state, summary }) => [service, state, summary])).toEqual([
    ["Example state", OK, "all is well"],
    ["Example_number", OK, "three users are here"],
    ["Example judged", WARN, "warm: 61 degrees"],
    ["Example levels", OK, expect.stringContaining("mails are waiting")],
    ["Example range", OK, expect.stringContaining("in percent")],
    ["Example several", OK, expect.stringContaining("operations")],
    ["Example details", OK, "three disks are fine"],
    ["Example cached", OK, expect.stringContaining("looked at half a minute ago")],
  ]);
  expect(found[3]?.perfdata).toMatchObject([
    { name: "queue", value: 42, levels: { upper: { warn: 100, crit: 200 } }, min: 0, max: 500 },
  ]);
  expect(found[4]?.perfdata).toMatchObject([
    { levels: { upper: { warn: 60, crit: 80 }, lower: { warn: 10, crit: 5 } } },
  ]);
  expect(found[6]?.details).toContain("sdb: 33 C");
  expect(found[7]?.details).toMatch(/cached: .* interval 5 m/);
});

test("its levels judge where it says so", async () => {
  const { stdout } = await place().run("local/example");
  const [, , , levels, range] = services(
    stdout.replace("queue=42", "queue=200").replace("humidity=45.5", "humidity=7"),
  );
  expect([levels?.state, range?.state]).toEqual([CRIT, WARN]);
});
