import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CRIT, OK, UNKNOWN, WARN } from "../../../poller/judge/state.ts";
import { place, type Place } from "../../plugins/place.ts";
import { program, testWith } from "../../peers.ts";
import { services } from "../services.ts";

const SCRIPT = "local/3600/updates";
const TOOLS = ["timeout", "grep", "sed", "awk", "sort", "head", "tail", "tr", "cut", "sh", "seq"];

/** A host with these tools, what the test puts there, and nothing else. */
function host(): Place {
  const at = place();
  for (const tool of TOOLS) symlinkSync(`/usr/bin/${tool}`, join(at.programDir, tool));
  return at;
}

async function run(at: Place) {
  const env = { PATH: at.programDir, ROUNDSMAN_RUN_DIR: at.folder };
  const { stdout, stderr, code } = await at.run(SCRIPT, env);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return services(stdout).map(({ service, state, summary, perfdata }) => ({
    service,
    state,
    summary,
    values: perfdata?.map(({ value }) => value),
  }));
}

testWith(program("apt-get"))(
  "the real apt is asked, without root's lock and without a network",
  async () => {
    const { stdout, stderr, code } = await place().run(SCRIPT);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const [updates, reboot] = services(stdout);
    expect(updates).toMatchObject({ service: "Updates", perfdata: [{ name: "updates" }, {}] });
    expect([OK, WARN, CRIT]).toContain(updates?.state);
    expect(reboot?.service).toBe("Reboot");
  },
);

describe("apt", () => {
  test("updates are counted, new packages are not, and security is critical", async () => {
    const at = host();
    const told = [
      "The following packages will be upgraded:",
      "Inst zlib1g [1:1.2-1] (1:1.2-2 Debian:12.9/stable [amd64])",
      "Inst openssl [3.0.1] (3.0.2 Debian:12.9/stable, Debian-Security:12/stable-security [amd64]) []",
      "Inst curl [7.1] (7.2 Ubuntu:22.04/jammy-security [amd64])",
      "Inst linux-image-6.1.0-99 (6.1.99 Debian-Security:12/stable-security [amd64])",
      "Conf zlib1g (1:1.2-2 Debian:12.9/stable [amd64])",
    ];
    at.program("apt-get", `printf '%s\\n' '${told.join("\n")}'`);
    expect(await run(at)).toEqual([
      {
        service: "Updates",
        state: CRIT,
        summary: "3 wait, 2 of them for security",
        values: [3, 2],
      },
      { service: "Reboot", state: OK, summary: "not required", values: [] },
    ]);
  });

  test("nothing to do is fine, and a reboot is asked for by name", async () => {
    const at = host();
    at.program("apt-get", "echo '0 upgraded, 0 newly installed.'");
    writeFileSync(join(at.folder, "reboot-required"), "*** System restart required ***\n");
    writeFileSync(join(at.folder, "reboot-required.pkgs"), "linux-base\nlibc6\nlinux-base\n");
    expect(await run(at)).toMatchObject([
      { service: "Updates", state: OK, values: [0, 0] },
      { service: "Reboot", state: WARN, summary: "required by libc6 linux-base" },
    ]);
  });

  test("what goes wrong is one unknown line", async () => {
    const at = host();
    at.program(
      "apt-get",
      `printf 'Reading...\\nE: the list\\033[1m is \\\\n broken\\n' >&2; exit 100`,
    );
    expect((await run(at))[0]).toEqual({
      service: "Updates",
      state: UNKNOWN,
      summary: "apt-get: E: the list[1m is /n broken",
      values: [],
    });
  });
});

describe("dnf", () => {
  const dnf = (check: string, advisories: string, restarting: string): string =>
    `case "$*" in
*check-update*) ${check} ;;
*updateinfo*) printf '%s\\n' '${advisories}' ;;
*needs-restarting*) ${restarting} ;;
esac`;
  const updates = `printf '%s\\n' '' 'bash.x86_64   5.2-3.el9   baseos' 'kernel.x86_64  5.14-9.el9  baseos' \\
'Obsoleting Packages' 'old.noarch  1-2  baseos'; exit 100`;

  test("updates are counted, and packages with several advisories once", async () => {
    const at = host();
    const advisories = `RHSA-1 Important/Sec. kernel-5.14-8.el9.x86_64
RHSA-2 Moderate/Sec. kernel-5.14-9.el9.x86_64`;
    at.program("dnf", dnf(updates, advisories, "echo Reboot is required; exit 1"));
    expect(await run(at)).toMatchObject([
      { service: "Updates", state: CRIT, values: [2, 1] },
      { service: "Reboot", state: WARN },
    ]);
  });

  test("the newer dnf's table of advisories is read as well", async () => {
    const at = host();
    const advisories = `Name Type Severity Package Issued
FEDORA-1 security Important bash-5.2-3.fc41.x86_64 2025-01-01 01:02:03`;
    at.program("dnf", dnf(updates, advisories, "exit 0"));
    expect(await run(at)).toMatchObject([{ values: [2, 1] }, { service: "Reboot", state: OK }]);
  });

  test("without the plugin for it nothing is said of a reboot", async () => {
    const at = host();
    at.program("dnf", dnf("exit 0", "", "echo No such command: needs-restarting. >&2; exit 1"));
    expect(await run(at)).toMatchObject([{ service: "Updates", state: OK, values: [0, 0] }]);
  });

  test("a cache that is missing is one unknown line", async () => {
    const at = host();
    at.program(
      "dnf",
      dnf("echo Error: Cache-only enabled but no cache for baseos >&2; exit 1", "", "exit 0"),
    );
    expect((await run(at))[0]).toMatchObject({ service: "Updates", state: UNKNOWN });
  });
});

test("without either tool there is nothing to say", async () => {
  const at = host();
  expect(await at.run(SCRIPT, { PATH: at.programDir })).toMatchObject({ stdout: "", code: 0 });
});
