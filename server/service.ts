/** The whole service from its configuration: what `main.ts` runs, and what tests run beside it. */
import type { Server } from "node:http";
import { healthBody } from "./api/health_body.ts";
import type { Config } from "./config/config.ts";
import type { Clock } from "./core/clock.ts";
import { createFrontDoor, type FrontDoor } from "./front/front_door.ts";
import { sendError } from "./gateway/http/caller_response.ts";
import { gatewayLater } from "./gateway_later.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { importLater } from "./runtime/import_later.ts";
import { limitsInMemory, type LimitsStore } from "./limits/limits_file.ts";
import { LimitsKeeper } from "./limits/limits_keeper.ts";
import { later } from "./runtime/later.ts";
import type { Log } from "./runtime/log.ts";
import { REBUILD_MS } from "./tracker/rebuild.ts";
import { Tracker } from "./tracker/tracker.ts";
import { VERSION } from "./version.ts";

/** The running service. */
export interface Service {
  tracker: Tracker;
  /** Origin at which it answers. */
  url: string;
  /** Stops taking calls, lets those under way end within `patience_ms`, makes all durable. Idempotent. */
  stop(patience_ms?: number): Promise<void>;
}

/** What it is made of. The ledger is closed when it stops. */
export interface ServiceDeps {
  config: Config;
  ledger: Ledger;
  clock: Clock;
  log: Log;
  /** Where limits by workspace and model are kept; for this run alone by default. */
  limits?: LimitsStore;
}

/** After which what was not wanted yet is loaded all the same, so that nobody waits for it. */
const WARM_UP_MS = 200;

/** Time that calls under way have to end by themselves when the service stops. */
const PATIENCE_MS = 10_000;

/**
 * @throws {Error} with the system's `code` (`EADDRINUSE`, …) when it cannot listen.
 * @throws {StartFault} when the limits file has faults.
 */
export async function startService({ config, ledger, clock, log, limits: store }: ServiceDeps): Promise<Service> {
  const { limits, warning_ratio, mode, timezone, admin_reset_key } = config;
  const tracker = new Tracker({ clock, ledger, limits, warning_ratio, mode, timezone, log });
  const keeper = new LimitsKeeper({
    store: store ?? limitsInMemory(),
    log,
    apply: (file) => tracker.setLimits(file),
  });
  // Limits first: what the ledger kept is counted against those of models, too.
  await keeper.start();
  tracker.load(await ledger.rebuild(clock.now() - REBUILD_MS, tracker.day.start_ms));
  const api = {
    tracker,
    limits: keeper,
    ledger,
    clock,
    log,
    admin_reset_key,
    version: VERSION,
    started_at_ms: clock.now(),
  };
  const upstream = {
    recorder: tracker,
    upstream_url: config.upstream_url,
    proxy: config.upstream_proxy,
    key: config.upstream_key,
    clock,
    log,
  };
  const gateway = gatewayLater(upstream);
  let stopping: Promise<void> | null = null;
  const pages = later(async () => {
    const { createPages } = await importLater<typeof import("./pages.ts")>(import.meta.resolve("./pages.ts"));
    return createPages(api);
  });
  const hub = later(async () => {
    const url = import.meta.resolve("./api/socket_hub.ts");
    return new (await importLater<typeof import("./api/socket_hub.ts")>(url)).SocketHub({ tracker, clock });
  });
  const sockets = later(async () => {
    const url = import.meta.resolve("./gateway/sockets/socket_gateway.ts");
    const { SocketGateway } = await importLater<typeof import("./gateway/sockets/socket_gateway.ts")>(url);
    return new SocketGateway(upstream);
  });
  const door = createFrontDoor({
    pages,
    health: () => healthBody(api),
    status: (workspace_id) => tracker.status(workspace_id),
    gateway: gateway.answer,
    refuseAtGateway: sendError,
    upgrade: (...upgrade) => stopping ? upgrade[1].destroy() : void hub().then((hub) => hub.upgrade(...upgrade)),
    upgradeAtGateway: (...upgrade) =>
      stopping ? upgrade[1].destroy() : void sockets().then((sockets) => sockets.upgrade(...upgrade)),
  });
  const url = await listen(door.server, config);
  door.server.on("error", (error) => log("cannot_accept", { error: String(error) }));
  // What has a timer begins once nothing can fail any more.
  const stops = [
    clock.every(1000, () => tracker.tick()),
    keeper.watch(clock),
  ];
  const cancelWarmUp = clock.after(WARM_UP_MS, () => void Promise.all([gateway.load(), pages(), hub(), sockets()]));
  const stop = async (patience_ms: number) => {
    cancelWarmUp();
    void hub.loaded?.then((hub) => hub.close());
    tracker.dismiss();
    const relayed = sockets.loaded?.then((sockets) => sockets.close(patience_ms));
    await drain(door, clock, patience_ms);
    await relayed;
    for (const stop of stops) stop();
    await gateway.close();
    await tracker.close();
    await ledger.close();
  };
  return { tracker, url, stop: (patience_ms = PATIENCE_MS) => stopping ??= stop(patience_ms) };
}

/** Takes no more, and waits for what is under way; what has not ended after `patience_ms` is cut off. */
async function drain({ server, lines }: FrontDoor, clock: Clock, patience_ms: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  // Those too that their callers have opened and never used: the server's own count knows only used ones as idle.
  lines.close();
  if (patience_ms <= 0) server.closeAllConnections();
  const cancel = clock.after(patience_ms, () => server.closeAllConnections());
  await closed;
  cancel();
}

function listen(server: Server, { host, port }: Config): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host.replace(/^\[|\]$/g, ""), () => {
      server.off("error", reject);
      const { port: taken } = server.address() as { port: number };
      resolve(`http://${host.includes(":") && !host.startsWith("[") ? `[${host}]` : host}:${taken}`);
    });
  });
}
