/** The files that a config names: whether they are there, readable, and what they have to be. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import type { Config } from "../config.ts";
import type { RemoteWrite, WriteTls } from "../config/remote_write.ts";
import { equip } from "../config/transport.ts";
import { Secrets } from "../sources/secrets.ts";
import type { SecretPlace } from "../targets/host.ts";
import { certificateFindings } from "./certificates.ts";
import type { Placed, Severity } from "./findings.ts";
import type { Salvaged } from "./salvage.ts";

type Path = Placed["path"];
type Said = Omit<Placed, "path">;

/** Settings that hold for many hosts are looked at once. */
class Looks {
  readonly #secrets = new Secrets();
  readonly #known = new Map<string, Promise<readonly Said[]>>();

  once(what: string, look: () => Promise<readonly Said[]>): Promise<readonly Said[]> {
    const known = this.#known.get(what) ?? look();
    this.#known.set(what, known);
    return known;
  }

  secret(place: SecretPlace): Promise<readonly Said[]> {
    // The poller may have another environment than whoever checks.
    const severity: Severity = "env" in place ? "warning" : "error";
    return this.once(JSON.stringify(place), () =>
      this.#secrets.passphrase(place).then(
        () => [],
        (fault: unknown) => [{ severity, message: (fault as Error).message }],
      ),
    );
  }
}

const at = (path: Path, said: readonly Said[]): Placed[] => said.map((one) => ({ ...one, path }));

const secretPath = (above: Path, kind: string, place: SecretPlace): Path => [
  ...above,
  "env" in place ? `${kind}_env` : `${kind}_file`,
];

/** What is wrong with the files, programs and variables of a config. */
export async function namedFindings(config: Config, pathOf: Salvaged["pathOf"]): Promise<Placed[]> {
  const looks = new Looks();
  const { poll, hosts, remoteWrite } = config;
  const fleet = poll.secret
    ? [looks.secret(poll.secret).then(atPath(secretPath(["poll"], "secret", poll.secret)))]
    : [];
  const certificates = poll.tls
    ? certificateFindings(poll.tls).then((all) => all.map(within(["poll", "tls"])))
    : [];
  const found = await Promise.all([
    ...fleet,
    certificates,
    ...hosts.map((host, i) => hostFindings(host, config, pathOf("hosts", i), looks)),
    ...remoteWrite.map((one, i) => receiverFindings(one, pathOf("remote_write", i), looks)),
  ]);
  return found.flat();
}

const atPath =
  (path: Path) =>
  (said: readonly Said[]): Placed[] =>
    at(path, said);

const within =
  (above: Path) =>
  (one: Placed): Placed => ({ ...one, path: [...above, ...one.path] });

async function hostFindings(
  host: Config["hosts"][number],
  { poll }: Config,
  path: Path,
  looks: Looks,
): Promise<Placed[]> {
  const found: Placed[] = [];
  if (host.secret)
    found.push(...at(secretPath(path, "secret", host.secret), await looks.secret(host.secret)));
  if (host.tls) {
    const own = Object.keys(host.tls);
    const all = await certificateFindings(equip(host, poll).tls ?? {});
    // What the fleet has is told of the fleet.
    const mine = all.filter((one) => own.includes(String(one.path[0])));
    found.push(...mine.map(within([...path, "tls"])));
  }
  if (host.program) {
    const [command] = host.program;
    const said = await looks.once(`program ${command}`, () => programFindings(command));
    found.push(...at([...path, "program"], said));
  }
  const { file, maxAgeSeconds, intervalSeconds = poll.intervalSeconds } = host;
  if (file !== undefined && !(await isThere(file, constants.R_OK)))
    found.push({
      ...{ severity: "warning", path: [...path, "file"] },
      message: `${file}: cannot be read, or is not there yet`,
    });
  if (maxAgeSeconds !== undefined && maxAgeSeconds < intervalSeconds)
    found.push({
      ...{ severity: "warning", path: [...path, "max_age"] },
      message: `is shorter than the interval of ${intervalSeconds} s: what is written once per interval is too old half the time`,
    });
  return found.map((one) => ({ ...one, message: `${one.message} (${host.name})` }));
}

/** The poller may have another PATH than whoever checks. */
async function programFindings(command: string): Promise<Said[]> {
  if (isAbsolute(command))
    return (await isThere(command, constants.X_OK))
      ? []
      : [{ severity: "error", message: `${command}: is not there, or cannot be run` }];
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const all = await Promise.all(folders.map((one) => isThere(join(one, command), constants.X_OK)));
  return all.some(Boolean) ? [] : [{ severity: "warning", message: `${command}: not on PATH` }];
}

const isThere = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

async function receiverFindings(to: RemoteWrite, path: Path, looks: Looks): Promise<Placed[]> {
  const { auth, headers, tls, url } = to;
  const places: (readonly [Path, SecretPlace])[] = Object.entries(headers).flatMap(
    ([name, value]) =>
      typeof value === "string"
        ? []
        : [[[...path, "headers", name, "env" in value ? "env" : "file"], value]],
  );
  if (auth && "token" in auth)
    places.push([secretPath([...path, "auth", "bearer"], "token", auth.token), auth.token]);
  else if (auth)
    places.push([secretPath([...path, "auth", "basic"], "password", auth.password), auth.password]);
  const secrets = await Promise.all(
    places.map(async ([where, place]) => at(where, await looks.secret(place))),
  );
  const isOpen = url.startsWith("http:") && !isLoopback(new URL(url).hostname);
  return [
    ...secrets.flat(),
    ...(tls ? await writeTlsFindings(tls, [...path, "tls"]) : []),
    ...(isOpen && places.length > 0
      ? [
          {
            ...{ severity: "warning" as const, path: [...path, "url"] },
            message: "sends secrets in the clear: use https",
          },
        ]
      : []),
  ];
}

/** Here the keys of files end in `_file`, and one authority signs neither for both. */
async function writeTlsFindings({ ca, cert, key }: WriteTls, path: Path): Promise<Placed[]> {
  const both = await Promise.all([certificateFindings({ ca }), certificateFindings({ cert, key })]);
  return both.flat().map((one) => ({ ...one, path: [...path, `${String(one.path[0])}_file`] }));
}

export const isLoopback = (host: string): boolean =>
  host === "localhost" || /^127\.\d+\.\d+\.\d+$/.test(host) || /^\[?::1\]?$/.test(host);
