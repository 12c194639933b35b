/**
 * A process that polls some of the hosts. It is told which ones by the process that started it, which
 * alone ends it: what a terminal or systemd sends to all of us is for that one.
 */
import { Outbox } from "./outbox.ts";
import type { Order } from "./protocol.ts";
import { ShardPolling } from "./shard_polling.ts";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => undefined);

const outbox = new Outbox((reports, sent) => {
  process.send?.(reports, undefined, undefined, sent);
});
let polling: ShardPolling | undefined;

/** What a stop may take when nobody waits for it. */
const STOP_MILLISECONDS = 3000;

/** Ends what programs run as well, which an end at once would leave behind. */
const stop = (): void => void (polling?.stop() ?? Promise.resolve()).finally(() => process.exit(0));

process
  .on("disconnect", () => {
    // Killed, its helpers notice for themselves.
    setTimeout(() => process.kill(process.pid, "SIGKILL"), STOP_MILLISECONDS);
    stop();
  })
  .on("message", (order: Order) => {
    if (order.kind === "begin") polling = new ShardPolling(order, outbox);
    else if (order.kind === "stop") stop();
    else polling?.obey(order);
  });
outbox.tell({ kind: "ready" });
