import { printable } from "../printable.ts";
import type { Host } from "../targets/host.ts";
import { fetchErrorOf } from "./failures.ts";
import { Lanes } from "./lanes.ts";
import type { Ran, Run } from "./runner.ts";
import { Fault, type Phases, type Source } from "./source.ts";
import type { Common } from "./tcp.ts";

/** Programs that run at once. */
const MAX_PROGRAMS = 64;

/** Characters of what a program complained of. */
const MAX_COMPLAINT = 200;

/** Fetches by running commands that print reports. */
export function program(run: Run, { turns, opener }: Common): Source {
  const lanes = new Lanes(MAX_PROGRAMS);

  async function printed(host: Host, abort: AbortSignal): Promise<Buffer> {
    if (!host.program) throw new Fault("program", "none is configured");
    const { timeoutSeconds: seconds, maxBytes } = host;
    const ran = await run(host.program, { seconds, maxBytes, abort });
    abort.throwIfAborted();
    const wrong = faultIn(ran, { seconds, maxBytes });
    if (wrong) throw wrong;
    return opener.open(ran.stdout, host);
  }

  return (host, signal, use) => {
    const askedAt = performance.now();
    return lanes.enter(host, async () => {
      signal.throwIfAborted();
      const startedAt = performance.now();
      const phases = (): Phases => ({
        connect: 0,
        firstByte: 0,
        wait: (startedAt - askedAt) / 1000,
        read: (performance.now() - startedAt) / 1000,
      });
      const bytes = await printed(host, signal).catch(async (error: unknown) => {
        signal.throwIfAborted();
        const failed = await fetchErrorOf(error, host, phases());
        lanes.note(host, failed.reason === "timeout");
        throw failed;
      });
      lanes.note(host, false);
      const spent = phases();
      return turns.take((waited) =>
        use({ bytes, phases: { ...spent, wait: spent.wait + waited } }),
      );
    });
  };
}

/** Why what a program printed is of no use. */
function faultIn(
  { exitCode, signal, stdout, stderr, timedOut, tooLarge, failedToStart }: Ran,
  { seconds, maxBytes }: { readonly seconds: number; readonly maxBytes: number },
): Fault | undefined {
  if (failedToStart !== undefined)
    return new Fault("program", `cannot be started: ${whyNot(failedToStart)}`);
  if (tooLarge) return new Fault("too_large", `more than ${maxBytes} bytes`);
  const complaint = lastLine(stderr);
  const so = complaint === "" ? "" : `: ${complaint}`;
  if (timedOut) return new Fault("timeout", `still running after ${seconds} s${so}`);
  if (signal !== undefined) return new Fault("program", `ended by ${signal}${so}`);
  if (exitCode !== 0) return new Fault("program", `exit code ${exitCode ?? "unknown"}${so}`);
  return stdout.length === 0 ? new Fault("empty", `it printed nothing${so}`) : undefined;
}

const whyNot = (message: string): string =>
  message.includes("ENOENT")
    ? "no such program"
    : message.includes("EACCES")
      ? "permission denied"
      : printable(message).slice(0, MAX_COMPLAINT);

const lastLine = (text: string): string =>
  printable(text.trimEnd().split("\n").at(-1)?.trim() ?? "").slice(0, MAX_COMPLAINT);
