/** Web configs and those who connect to what they protect, for tests. */
import { rename, writeFile } from "node:fs/promises";
import { type Agent, get, type RequestOptions } from "node:https";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";
import { WebFiles } from "../../../poller/http/web_files.ts";
import { temporaryFolder } from "../../programs.ts";
import { serving } from "./serving.ts";

/** Of "s3cret", with the least cost. */
export const HASH = "$2b$04$uEd.Xy7yG9nNszgCmI1ZLuUFM1pGmR5d28UlJoFrVSe4o67yRFnVG";

/** Writes a file as careful people do: whoever reads it sees the old one or the new one. */
export async function replace(file: string, text: string | Buffer): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** A server without hosts that is protected as a file says, which is looked at often. */
export async function protectedBy(text: string, folder = temporaryFolder()) {
  const file = join(folder, "web.yml");
  await writeFile(file, text);
  const faults: string[] = [];
  const web = await WebFiles.open(file, {
    onFault: ({ message }) => faults.push(message),
    lookMilliseconds: 20,
  });
  onTestFinished(() => web.close());
  return { ...(await serving([], {}, { web })), file, web, faults };
}

interface Got {
  readonly status: number | undefined;
  readonly body: string;
  readonly protocol: string | null;
  /** What the server's certificate is called. */
  readonly serial: string;
}

/** Asks for `/-/healthy` over TLS. */
export const secureGet = (
  port: number,
  options: RequestOptions & { agent?: Agent | false } = {},
): Promise<Got> =>
  new Promise((resolve, reject) => {
    const where = { host: "127.0.0.1", port, path: "/-/healthy", agent: false as const };
    const request = get({ ...where, ...options }, (response) => {
      const { socket } = response;
      if (!(socket instanceof TLSSocket)) throw new Error("not over TLS");
      const protocol = socket.getProtocol();
      const serial = socket.getPeerCertificate().serialNumber;
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode, body, protocol, serial }));
    });
    request.on("error", reject);
  });

export const basic = (user: string, password: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
});
