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

process
  .on("disconnect", () => process.exit(0))
  .on("message", (order: Order) => {
    if (order.kind === "begin") polling = new ShardPolling(order, outbox);
    else if (order.kind === "stop")
      void (polling?.stop() ?? Promise.resolve()).then(() => process.exit(0));
    else polling?.obey(order);
  });
outbox.tell({ kind: "ready" });
