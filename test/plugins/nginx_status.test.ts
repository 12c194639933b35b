import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { program, testWith } from "../peers.ts";
import { place, type Place } from "./place.ts";

const SCRIPT = "plugins/nginx_status";
const PAGE =
  "Active connections: 3 \nserver accepts handled requests\n 12 11 40 \nReading: 0 Writing: 1 Waiting: 2 \n";

const configure = (at: Place, ...lines: readonly string[]): void =>
  writeFileSync(join(at.configDir, "nginx_status.cfg"), lines.map((line) => `${line}\n`).join(""));

async function port(server: Server, host = "127.0.0.1"): Promise<number> {
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

const page = (text: string, status = 200): Promise<number> =>
  port(createServer((_, answer) => answer.writeHead(status).end(text)));

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  const connected = once(socket, "connect").then(
    () => true,
    () => false,
  );
  return connected.finally(() => socket.destroy());
}

/** A real nginx with files of its own, ended with the test. */
async function nginx(at: Place): Promise<number> {
  const prefix = join(at.folder, "nginx");
  mkdirSync(prefix);
  const port = await freePort();
  const files = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${prefix}/${kind};`,
  );
  writeFileSync(
    join(prefix, "nginx.conf"),
    `daemon off; master_process off; pid ${prefix}/pid; error_log ${prefix}/error.log;
     events { worker_connections 64; }
     http { access_log off; ${files.join(" ")}
       server { listen 127.0.0.1:${port};
         location = /nginx_status { stub_status; } location / { return 404; } } }`,
  );
  const PATH = `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin`;
  const args = ["-p", prefix, "-c", join(prefix, "nginx.conf"), "-e", join(prefix, "error.log")];
  const child = spawn("nginx", args, { env: { ...process.env, PATH }, stdio: "ignore" });
  const gone = once(child, "exit");
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await gone;
  });
  while (child.exitCode === null && !(await isOpen(port))) await sleep(50);
  return port;
}

testWith(program("nginx"))("the real nginx's numbers come with address and port", async () => {
  const at = place();
  const port = await nginx(at);
  configure(at, "# ours", "", `http://127.0.0.1:${port}/nginx_status`);
  const { lines, stderr, code } = await at.run(SCRIPT);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  const rows = lines
    .slice(1)
    .map((line) => line.replace(/\d+/g, "N").replace(/^N\.N\.N\.N N /, "> "));
  expect(lines[0]).toBe("<<<nginx_status>>>");
  expect(rows).toEqual([
    "> Active connections: N",
    "> server accepts handled requests",
    "> N N N",
    "> Reading: N Writing: N Waiting: N",
  ]);
  expect(lines[1]).toMatch(new RegExp(`^127\\.0\\.0\\.1 ${port} Active connections: [1-9]`));
});

testWith(program("nginx"))("a page of nginx that is not its status is named", async () => {
  const at = place();
  const port = await nginx(at);
  configure(at, `http://127.0.0.1:${port}/other`);
  const { stdout, stderr, code } = await at.run(SCRIPT);
  expect(stdout).toBe("");
  expect(stderr).toBe(`http://127.0.0.1:${port}/other: status 404\n`);
  expect(code).toBe(1);
});

test("of several URLs those that answer are told, in order, and the others named", async () => {
  const at = place();
  const [one, two, none] = [await page(PAGE), await page(PAGE), await freePort()];
  configure(
    at,
    `http://127.0.0.1:${one}/nginx_status`,
    `http://someone:secret@127.0.0.1:${none}/`,
    `http://localhost:${two}/x`,
    "ftp://127.0.0.1/",
    "nonsense",
  );
  const { lines, stderr, code } = await at.run(SCRIPT);
  expect(lines).toEqual([
    "<<<nginx_status>>>",
    `127.0.0.1 ${one} Active connections: 3`,
    `127.0.0.1 ${one} server accepts handled requests`,
    `127.0.0.1 ${one} 12 11 40`,
    `127.0.0.1 ${one} Reading: 0 Writing: 1 Waiting: 2`,
    ...lines.slice(5),
  ]);
  expect(lines).toHaveLength(9);
  expect(lines.slice(5).every((line) => line.startsWith(`localhost ${two} `))).toBe(true);
  expect(stderr.split("\n").slice(0, -1)).toEqual([
    `http://127.0.0.1:${none}/: connect ECONNREFUSED 127.0.0.1:${none}`,
    "ftp://127.0.0.1/: not an http or https URL",
    "nonsense: not an http or https URL",
  ]);
  expect(code).toBe(1);
});

test.each([
  ["a header among the lines", `<<<local>>>\n${PAGE}`],
  ["lines behind it", `${PAGE}<<<<other>>>>\n`],
  ["an endless page", "Active connections: ".padEnd(100_000, "1")],
  ["an empty page", ""],
])("%s is not a status page", async (_, text) => {
  const at = place();
  configure(at, `http://127.0.0.1:${await page(text)}/`);
  const { stdout, stderr, code } = await at.run(SCRIPT);
  expect(stdout).toBe("");
  expect(stderr).toContain(": not a status page");
  expect(code).toBe(1);
});

test("a server that never answers, or never ends, costs five seconds", async () => {
  const at = place();
  const silent = createTcpServer((socket) => {
    onTestFinished(() => void socket.destroy());
  });
  const endless = createServer((_, answer) => void answer.writeHead(200).write(PAGE));
  onTestFinished(() => endless.closeAllConnections());
  const urls = [await port(silent), await port(endless)].map(
    (number) => `http://127.0.0.1:${number}/`,
  );
  configure(at, ...urls);
  const { stdout, stderr } = await at.run(SCRIPT);
  expect(stdout).toBe("");
  expect(stderr).toBe(urls.map((url) => `${url}: no answer in 5 s\n`).join(""));
});
