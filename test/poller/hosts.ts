import type { Host } from "../../poller/targets/host.ts";

/** A host on loopback. */
export const hostOf = (port: number, own: Partial<Host> = {}): Host => ({
  name: "web1",
  address: "127.0.0.1",
  port,
  intervalSeconds: 60,
  timeoutSeconds: 20,
  maxBytes: 1 << 20,
  labels: {},
  tags: [],
  ...own,
});
