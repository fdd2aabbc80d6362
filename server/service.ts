/** The whole service from its configuration: what `main.ts` runs, and what tests run beside it. */
import type { Server } from "node:http";
import { createApp } from "./app.ts";
import { SocketHub } from "./api/socket_hub.ts";
import type { Config } from "./config.ts";
import type { Clock } from "./core/clock.ts";
import { createFrontDoor } from "./front/front_door.ts";
import { createGateway } from "./gateway/gateway.ts";
import { createUpstream } from "./gateway/upstream.ts";
import type { Ledger } from "./ledger/ledger.ts";
import type { Log } from "./log.ts";
import { Tracker } from "./tracker/tracker.ts";
import { VERSION } from "./version.ts";

export interface Service {
  tracker: Tracker;
  /** Origin at which it answers. */
  url: string;
  /** Stops taking calls, lets those under way end within `patience_ms`, makes all durable. Idempotent. */
  stop(patience_ms?: number): Promise<void>;
}

export interface ServiceDeps {
  config: Config;
  ledger: Ledger;
  clock: Clock;
  log: Log;
}

/** The longest span that the rolling minute looks back: what is rebuilt at start. */
const REBUILD_MS = 62_000;

/** Time that calls under way have to end by themselves when the service stops. */
const PATIENCE_MS = 10_000;

/** @throws {Deno.errors.AddrInUse} among others, when it cannot listen. */
export async function startService({ config, ledger, clock, log }: ServiceDeps): Promise<Service> {
  const { limits, warning_ratio, mode, timezone } = config;
  const tracker = new Tracker({ clock, ledger, limits, warning_ratio, mode, timezone, log });
  tracker.load(await ledger.rebuild(clock.now() - REBUILD_MS, tracker.day.start_ms));
  const hub = new SocketHub({ tracker, clock });
  const upstream = createUpstream(config.upstream_url);
  const app = createApp({ tracker, ledger, clock, log, admin_reset_key: config.admin_reset_key, version: VERSION });
  const gateway = createGateway({ recorder: tracker, upstream, key: config.upstream_key });
  const server = createFrontDoor({ app, gateway, upgrade: (...upgrade) => hub.upgrade(...upgrade) });
  const stopTicking = clock.every(1000, () => tracker.tick());
  const url = await listen(server, config);
  let stopping: Promise<void> | null = null;
  const stop = async (patience_ms: number) => {
    hub.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const cut = clock.after(patience_ms, () => server.closeAllConnections());
    await closed;
    cut();
    stopTicking();
    upstream.close();
    await tracker.drained();
    tracker.close();
    await ledger.close();
  };
  return { tracker, url, stop: (patience_ms = PATIENCE_MS) => stopping ??= stop(patience_ms) };
}

function listen(server: Server, { host, port }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host.replace(/^\[|\]$/g, ""), () => {
      const { port: taken } = server.address() as { port: number };
      resolve(`http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${taken}`);
    });
  });
}
