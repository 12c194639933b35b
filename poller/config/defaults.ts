/** Every default there is, written as in a config. */
export const DEFAULTS = {
  listen: "127.0.0.1:9656",
  interval: "60s",
  timeout: "10s",
  concurrency: 64,
  maxOpen: 4096,
  maxBytes: "16MiB",
  maxSeries: 10_000,
  port: 6556,
  /** Polled where no config says which hosts there are. */
  host: "127.0.0.1",
} as const;
