import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  decodeOptions,
  refuseUnguarded,
  type Environment,
  type Flags,
} from "../../agent/options.ts";
import { formatPlace } from "../../agent/place.ts";
import { UsageError } from "../../agent/usage.ts";

const options = (flags: Flags = {}, env: Environment = {}) => decodeOptions(flags, env);

test("without a word it looks into its own folders, ticks each 10 s, and encrypts nothing", () => {
  expect(options()).toEqual({
    listen: [],
    onlyFrom: [],
    open: false,
    pluginsDir: "/usr/lib/roundsman/plugins",
    localDir: "/usr/lib/roundsman/local",
    configDir: "/etc/roundsman",
    stateDir: "/var/lib/roundsman",
    container: "auto",
    interval: 10,
    maxConnections: 128,
    maxPerAddress: 16,
    encryption: { id: "05" },
  });
});

describe("a flag wins over our environment, that over Checkmk's", () => {
  const checkmk = { MK_LIBDIR: "/mk/lib", MK_CONFDIR: "/mk/conf", MK_VARDIR: "/mk/var" };
  const ours = {
    ROUNDSMAN_AGENT_PLUGINS: "/our/plugins",
    ROUNDSMAN_AGENT_LOCAL: "/our/local",
    ROUNDSMAN_AGENT_CONFIG_DIR: "/our/conf",
    ROUNDSMAN_AGENT_STATE_DIR: "/our/var",
  };
  const flags = { plugins: "/p", local: "/l", configDir: "/c", stateDir: "/s" };
  const folders = (given: Flags, env: Environment): string[] => {
    const { pluginsDir, localDir, configDir, stateDir } = options(given, env);
    return [pluginsDir, localDir, configDir, stateDir];
  };

  test("for the folders", () => {
    expect(folders({}, checkmk)).toEqual([
      "/mk/lib/plugins",
      "/mk/lib/local",
      "/mk/conf",
      "/mk/var",
    ]);
    expect(folders({}, { ...checkmk, ...ours })).toEqual(Object.values(ours));
    expect(folders(flags, { ...checkmk, ...ours })).toEqual(Object.values(flags));
  });

  test("and a folder is meant from where the agent was started, not from where scripts run", () => {
    expect(folders({ plugins: "own/plugins" }, {})[0]).toBe(join(process.cwd(), "own/plugins"));
  });

  test("for all else", () => {
    const env = {
      ROUNDSMAN_AGENT_LISTEN: "127.0.0.1:1, [::1]:2",
      ROUNDSMAN_AGENT_ONLY_FROM: "192.0.2.0/24 2001:db8::/32",
      ROUNDSMAN_AGENT_OPEN: "yes",
      ROUNDSMAN_AGENT_INTERVAL: "30",
      ROUNDSMAN_AGENT_MAX_CONNECTIONS: "7",
      ROUNDSMAN_AGENT_MAX_PER_ADDRESS: "3",
    };
    expect(options({}, env)).toMatchObject({
      listen: [
        { address: "127.0.0.1", port: 1 },
        { address: "::1", port: 2 },
      ],
      onlyFrom: ["192.0.2.0/24", "2001:db8::/32"],
      open: true,
      interval: 30,
      maxConnections: 7,
      maxPerAddress: 3,
    });
    const flags = { listen: ["9"], onlyFrom: ["192.0.2.1,192.0.2.2", "::1"], interval: "60" };
    expect(options({ ...flags, maxConnections: "8", maxPerAddress: "4" }, env)).toMatchObject({
      listen: [{ address: "127.0.0.1", port: 9 }],
      onlyFrom: ["192.0.2.1", "192.0.2.2", "::1"],
      interval: 60,
      maxConnections: 8,
      maxPerAddress: 4,
    });
  });

  test("and an empty variable is none", () => {
    expect(options({}, { MK_LIBDIR: "", ROUNDSMAN_AGENT_INTERVAL: "" })).toEqual(options());
  });
});

test.each([
  ["127.0.0.1:6556", "127.0.0.1:6556"],
  ["[::]:6556", "[::]:6556"],
  ["localhost:1", "127.0.0.1:1"],
  [":6556", "[::]:6556"],
  ["6556", "127.0.0.1:6556"],
  ["0.0.0.0:0", "0.0.0.0:0"],
])("--listen %s listens on %s", (given, meant) => {
  expect(options({ listen: [given] }).listen.map(formatPlace)).toEqual([meant]);
});

test("TLS and encryption are asked for by files, one certificate for each key", () => {
  const env = {
    ROUNDSMAN_AGENT_TLS_CERT: "/a.pem /b.pem",
    ROUNDSMAN_AGENT_TLS_KEY: "/a.key,/b.key",
    ROUNDSMAN_AGENT_TLS_CA: "/ca.pem",
    ROUNDSMAN_AGENT_ENCRYPTION_PASSPHRASE_FILE: "/secret",
    ROUNDSMAN_AGENT_ENCRYPTION_ID: "04",
    ROUNDSMAN_AGENT_USER: "nobody",
  };
  expect(options({}, env)).toMatchObject({
    tls: { certs: ["/a.pem", "/b.pem"], keys: ["/a.key", "/b.key"], ca: "/ca.pem" },
    encryption: { id: "04", passphraseFile: "/secret" },
    user: "nobody",
  });
});

describe("what makes no sense is refused on one line", () => {
  test.each<[Flags, string]>([
    ...[
      "web1:6556",
      "127.0.0.1",
      "127.0.0.1:65536",
      "::1:6556",
      "[::1]",
      "127.0.0.1:-1",
      "[x]:1",
    ].map((listen): [Flags, string] => [{ listen: [listen] }, "--listen: "]),
    [{ listen: [","] }, "--listen: "],
    [{ onlyFrom: ["192.0.2.0/24,web1"] }, '--only-from: "web1" is neither'],
    [{ onlyFrom: [" , "] }, "--only-from: "],
    [{ interval: "0" }, '--interval: "0" is not a whole number from 1 to 3600'],
    [{ interval: "10s" }, "--interval: "],
    [{ interval: "1e1" }, "--interval: "],
    [{ maxConnections: "many" }, "--max-connections: "],
    [{ maxPerAddress: "" }, "--max-per-address: "],
    [{ encryptionId: "01" }, '--encryption-id: "01" is none of 00 02 03 04 05'],
    [{ tlsCert: ["a"], tlsKey: ["b"] }, "TLS needs "],
    [{ tlsCert: ["a", "b"], tlsKey: ["c"], tlsCa: "d" }, "TLS needs "],
    [{ tlsCa: "d" }, "TLS needs "],
    [{ container: "docker" }, '--container: "docker" is none of auto yes no'],
    [{ checkmkCompatible: "2.4\nVersion: 3.0.0" }, "--checkmk-compatible: "],
  ])("%j", (flags, start) => {
    const refuse = (): unknown => options(flags);
    expect(refuse).toThrow(UsageError);
    expect(refuse).toThrow(new RegExp(`^${start}[^\n]*$`));
  });

  test("in the environment too", () => {
    expect(() => options({}, { ROUNDSMAN_AGENT_OPEN: "perhaps" })).toThrow("ROUNDSMAN_AGENT_OPEN");
  });
});

describe("passing for Checkmk's agent", () => {
  test("means its folders and its version, unless told others", () => {
    expect(options({ checkmkCompatible: true })).toMatchObject({
      pluginsDir: "/usr/lib/check_mk_agent/plugins",
      localDir: "/usr/lib/check_mk_agent/local",
      configDir: "/etc/check_mk",
      stateDir: "/var/lib/check_mk_agent",
      checkmkCompatible: "2.4.0p21",
    });
    const given = options({ checkmkCompatible: "2.3.0p9", configDir: "/c" }, { MK_VARDIR: "/v" });
    expect(given).toMatchObject({ checkmkCompatible: "2.3.0p9", configDir: "/c", stateDir: "/v" });
  });

  test("may be told by the environment", () => {
    const version = (text: string): string | undefined =>
      options({}, { ROUNDSMAN_AGENT_CHECKMK_COMPATIBLE: text }).checkmkCompatible;
    expect(["yes", "2.5.0b1", "no"].map(version)).toEqual(["2.4.0p21", "2.5.0b1", undefined]);
    expect(options({}, { ROUNDSMAN_AGENT_CONTAINER: "no" }).container).toBe("no");
  });
});

describe("listening beyond loopback", () => {
  const listen = ["127.0.0.1:6556", "[::]:6556"];

  test("is refused, with what to do about it", () => {
    expect(() => refuseUnguarded(options({ listen }))).toThrow(
      /^listening on \[::\]:6556 would answer everybody: .*--only-from .*--open$/,
    );
  });

  test("is fine where it is said who may fetch, or that everybody may", () => {
    refuseUnguarded(options({ listen, onlyFrom: ["192.0.2.0/24"] }));
    refuseUnguarded(options({ listen, open: true }));
  });

  test("is fine where what is told is encrypted", () => {
    refuseUnguarded(options({ listen }), { guarded: true });
  });

  test("is refused for a socket that somebody opened for us, too", () => {
    const places = [{ address: "::", port: 6556 }];
    expect(() => refuseUnguarded(options(), { places })).toThrow(
      "[::]:6556 would answer everybody",
    );
    refuseUnguarded(options(), { places: [{ path: "/run/check-mk-agent.socket" }] });
  });

  test("is not what loopback is", () => {
    refuseUnguarded(options({ listen: ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1"] }));
  });
});
