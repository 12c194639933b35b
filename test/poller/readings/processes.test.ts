import { describe, expect, test } from "vitest";
import { clock, commandStart, readProcess } from "../../../poller/readings/processes.ts";

const read = (line: string) => readProcess(line, commandStart(line));

describe("a line of ps", () => {
  test("may be a command and nothing more", () => {
    expect(read("/usr/sbin/inetd -s (really)")).toMatchObject({
      user: "",
      command: "/usr/sbin/inetd -s (really)",
    });
    expect(read("(sd-pam)").command).toBe("(sd-pam)");
  });

  test("may tell the user", () => {
    expect(read("(www) /usr/sbin/httpd")).toMatchObject({
      user: "www",
      command: "/usr/sbin/httpd",
      virtual: 0,
    });
  });

  test("may tell sizes and the share of a CPU", () => {
    expect(read("(www,2048,1024,2.5) /usr/sbin/httpd")).toEqual({
      user: "www",
      command: "/usr/sbin/httpd",
      pid: undefined,
      virtual: 2_097_152,
      resident: 1_048_576,
      cpuSeconds: undefined,
      cpuRatio: 0.025,
      age: undefined,
    });
  });

  test("may tell CPU time, age and number", () => {
    expect(read("(www,0,0,00:01:30/2-03:00:05,4711) httpd")).toMatchObject({
      pid: "4711",
      cpuSeconds: 90,
      cpuRatio: undefined,
      age: 183_605,
    });
  });

  test("may come from Windows, with times in units of 100 ns", () => {
    const line =
      "(\\\\NT AUTHORITY\\SYSTEM,400,100,0,77,9,30000000,10000000,200,8,3600)\tlsass.exe";
    expect(read(line)).toMatchObject({
      user: "\\\\NT AUTHORITY\\SYSTEM",
      command: "lsass.exe",
      pid: "77",
      resident: 102_400,
      cpuSeconds: 4,
      age: 3600,
    });
  });

  test("of a dead process has no command", () => {
    for (const line of ["(<defunct>,,,)", "(zombie,0,0,-/-,1952)"])
      expect(commandStart(line)).toBe(line.length);
  });
});

test.each([
  ["00:00:03", 3],
  ["05:29", 329],
  ["25:33", 1533],
  ["01:02:03", 3723],
  ["2-00:08:54", 173_334],
  ["14:59.87", 899],
])("a clock that shows %s is at %d seconds", (text, seconds) => {
  expect(clock(text)).toBe(seconds);
});

test.each(["", "-", "0.0", "1:2:3:4", "12", "a:b"])("%j is no time", (text) => {
  expect(clock(text)).toBeUndefined();
});
