/** The parts of the service that load on first use, or {@link WARM_UP_MS} after the start, whichever comes first. */
import type { ApiDeps } from "./api/route.ts";
import type { Config } from "./config/config.ts";
import type { FeatureDeps } from "./features/feature.ts";
import type { LazyPrices } from "./lazy_prices.ts";
import type { FrontDoor } from "./front/front_door.ts";
import { Lazy, lazyImport } from "./runtime/lazy_import.ts";
import type { Log } from "./runtime/log.ts";

/** Delay after which the parts load without being asked for, so that no later request waits for them. */
export const WARM_UP_MS = 200;

/** The modules that the parts import. */
export const MODULES = {
  features: () => lazyImport<typeof import("./features/index.ts")>(import.meta.resolve("./features/index.ts")),
  app: () => lazyImport<typeof import("./app.ts")>(import.meta.resolve("./app.ts")),
  prices: () => lazyImport<typeof import("./prices/price_book.ts")>(import.meta.resolve("./prices/price_book.ts")),
  gateway: () =>
    lazyImport<typeof import("./gateway/http/gateway.ts")>(import.meta.resolve("./gateway/http/gateway.ts")),
  upstream: () =>
    lazyImport<typeof import("./gateway/upstream/upstream.ts")>(import.meta.resolve("./gateway/upstream/upstream.ts")),
  statusSockets: () => lazyImport<typeof import("./api/socket_hub.ts")>(import.meta.resolve("./api/socket_hub.ts")),
  gatewaySockets: () =>
    lazyImport<typeof import("./gateway/sockets/socket_gateway.ts")>(
      import.meta.resolve("./gateway/sockets/socket_gateway.ts"),
    ),
};

/** The options of the lazily loaded parts. */
interface LazyPartsOptions {
  config: Config;
  api: ApiDeps;
  prices: LazyPrices;
  /** What the port has counted. */
  port: () => Pick<FrontDoor, "requests" | "connections">;
  log: Log;
  /** {@link MODULES} by default; tests replace it. */
  modules?: typeof MODULES;
}

type Features = ReturnType<typeof import("./features/index.ts").startFeatures>;

/** The parts by name. */
export type LazyParts = ReturnType<typeof createLazyParts>;

/** Loads nothing yet. A part that cannot be loaded is logged as `part_not_loaded`. */
export function createLazyParts({ config, api, prices, port, log, modules = MODULES }: LazyPartsOptions) {
  const { tracker, clock, access, tickets } = api;
  const { upstream_url, upstream_proxy: proxy, upstream_key: key, requests_usage, bounds } = config;
  const service_id = crypto.randomUUID().slice(0, 8);
  const part = <T>(name: string, load: () => Promise<T>) =>
    new Lazy(load, (error) => log("part_not_loaded", { part: name, error: String(error) }));
  const features: Lazy<Features> = part(
    "features",
    async () =>
      (await modules.features()).startFeatures({ ...api, config, log, activity: () => activityOf(port(), parts) }),
  );
  // Features and prices are there before the first call, so that they miss none. Without them, calls go on all the same.
  const listenersIfPossible = () => Promise.allSettled([features.load(), prices.load()]);
  const parts = {
    features,
    pages: part("pages", async () => {
      const loading = [modules.app(), features.load(), listenersIfPossible()] as const;
      const [{ createPages }, { routes }] = await Promise.all(loading);
      return createPages({ ...api, log, routes, prefix: config.public_url?.prefix });
    }),
    gateway: part("gateway", async () => {
      const loading = [modules.gateway(), modules.upstream(), listenersIfPossible()] as const;
      const [{ createGateway }, { createUpstream }] = await Promise.all(loading);
      const upstream = createUpstream(upstream_url, { clock, proxy });
      const provider = { upstream, service_id, key, requests_usage, timeouts: timeoutsOf(bounds) };
      return createGateway({ recorder: tracker, access, ...provider, bounds, log });
    }),
    statusSockets: part("status sockets", async () => {
      const { SocketHub } = await modules.statusSockets();
      return new SocketHub({ tracker, clock, access, tickets, max_sockets: bounds.max_sockets, log });
    }),
    gatewaySockets: part("gateway sockets", async () => {
      const [{ SocketGateway }] = await Promise.all([modules.gatewaySockets(), listenersIfPossible()]);
      const max_sockets = bounds.max_gateway_sockets;
      const provider = { upstream_url, proxy, key, service_id };
      return new SocketGateway({ recorder: tracker, access, ...provider, clock, log, max_sockets });
    }),
  };
  return parts;
}

function timeoutsOf({ first_byte_timeout_seconds, silence_timeout_seconds }: Config["bounds"]) {
  return { first_byte_ms: first_byte_timeout_seconds * 1000, silence_ms: silence_timeout_seconds * 1000 };
}

/** The activity of the port and of the parts behind it. */
function activityOf(
  { requests, connections }: ReturnType<LazyPartsOptions["port"]>,
  { statusSockets, gatewaySockets }: Record<"statusSockets" | "gatewaySockets", Lazy<{ size: number }>>,
): ReturnType<FeatureDeps["activity"]> {
  const sockets = { status: statusSockets.value?.size ?? 0, gateway: gatewaySockets.value?.size ?? 0 };
  return { requests, connections: connections.size, connections_refused: connections.refused, sockets };
}

/** Loads all parts. A failure is logged by its part, and the next use tries again. */
export async function warmUp(parts: LazyParts): Promise<void> {
  await Promise.allSettled(Object.values(parts).map((part) => part.load()));
}

/** Resolves when no attempt that has ended waits for its stream to be read, or for the tokenizer that estimates its usage. */
export async function estimatesDone(): Promise<void> {
  const [{ streamsRead }, { tokenizerLoading }] = await Promise.all([
    lazyImport<typeof import("./attempts/answer/stream_facts.ts")>(
      import.meta.resolve("./attempts/answer/stream_facts.ts"),
    ),
    lazyImport<typeof import("./attempts/tokens/text_tokens.ts")>(
      import.meta.resolve("./attempts/tokens/text_tokens.ts"),
    ),
  ]);
  await streamsRead();
  await tokenizerLoading();
}
