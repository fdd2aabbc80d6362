/** The whole service, made from its configuration. `main.ts` runs it as a process, tests within theirs. */
import type { IncomingMessage } from "node:http";
import type { LimitsFile } from "../shared/limits.ts";
import { CallRate } from "./api/call_rate.ts";
import { healthBody } from "./api/health_body.ts";
import type { ApiDeps } from "./api/route.ts";
import { type AccessControl, admitRequest, isRefused } from "./access/access_control.ts";
import type { TrustedProxies } from "./access/client_address.ts";
import { MemoryAccessStore } from "./access/memory_store.ts";
import type { AccessStore } from "./access/store.ts";
import { createAccessParts } from "./access_parts.ts";
import type { RecorderService } from "./attempts/recorder.ts";
import { ServiceAddress } from "./attempts/service_address.ts";
import type { Config } from "./config/config.ts";
import { StartFault } from "./config/start_fault.ts";
import type { Clock } from "./core/clock.ts";
import { FrontDoor, type FrontDoorOptions } from "./front/front_door.ts";
import { listen } from "./front/listen.ts";
import type { Tls } from "./front/tls.ts";
import { sendError } from "./gateway/http/own_response.ts";
import { createLazyParts, estimatesDone, type LazyParts, MODULES, WARM_UP_MS, warmUp } from "./lazy_parts.ts";
import type { HistoricLedger } from "./ledger/history/port.ts";
import type { RebuildData } from "./ledger/ledger.ts";
import { LazyPrices } from "./lazy_prices.ts";
import { limitsInMemory, type LimitsStore } from "./limits/limits_file.ts";
import { LimitsKeeper } from "./limits/limits_keeper.ts";
import { openMemoryLiveStore } from "./live/memory/memory_store.ts";
import { lazyImport } from "./runtime/lazy_import.ts";
import type { Log } from "./runtime/log.ts";
import { REBUILD_MS } from "./tracker/rebuild.ts";
import { Tracker } from "./tracker/tracker.ts";
import { VERSION } from "./version.ts";

/** The running service. */
export interface Service {
  tracker: Tracker;
  /** The origin at which it answers. */
  url: string;
  /** Whether every route needs a key. */
  isTeam: boolean;
  /** The admin key that this start has made; `null` when there was one, or none is needed. */
  first_admin_key: string | null;
  /** Lets the service notice, until it stops, that it accepts no connections any more. It then connects to itself at times. */
  watchListener(): void;
  /** Accepts no more calls, gives those in flight `grace_ms` to end, and writes everything to the ledger. Idempotent. */
  stop(grace_ms?: number): Promise<void>;
}

/** The parts that the service uses. It closes the ledger and the store of keys when it stops. */
export interface ServiceDeps {
  config: Config;
  ledger: HistoricLedger;
  clock: Clock;
  log: Log;
  /** The store of the limits by workspace and model; by default in memory. */
  limits?: LimitsStore;
  /** The modules of the parts that load lazily; tests replace them. */
  modules?: typeof MODULES;
  /** The store of the keys; by default in memory. */
  keys?: AccessStore;
}

/** Time that calls in flight have to end when the service stops. */
export const GRACE_MS = 10_000;

/** How often the tracker looks for windows that have drained and for calls that may stop waiting. */
const TICK_MS = 1000;

/** How often the ledger is read for costs that `npm run reprice` has corrected. */
const CORRECTIONS_MS = 2000;

/**
 * Starts the service.
 *
 * @throws {Error} with the system's `code` (`EADDRINUSE`, …) when it cannot listen.
 * @throws {StartFault} when the limits file has faults, or the certificate cannot be used.
 */
export async function startService(deps: ServiceDeps): Promise<Service> {
  const { config, ledger, clock, log, modules, keys = new MemoryAccessStore() } = deps;
  const { tracker, keeper, prices, data } = await restoreState(deps);
  const tls = await loadTls(deps);
  const { first_admin_key, watch, proxies, ...accessParts } = createAccessParts(config, keys, clock, log);
  const { access: { isTeam }, keyring } = accessParts;
  const api: ApiDeps = {
    ...accessParts,
    tracker,
    prices,
    limits: keeper,
    tls,
    max_body_bytes: config.bounds.max_api_body_bytes,
    calls: new CallRate(config.bounds.api_calls_per_minute, () => clock.now()),
    ledger,
    clock,
    version: VERSION,
    started_at_ms: clock.now(),
  };
  const parts = createLazyParts({ config, api, prices, port: () => door, log, modules });
  const onRequest = await loadAccessLog(deps, proxies);
  const door: FrontDoor = createDoor(deps, api, parts, { tls, proxies, onRequest });
  tracker.keyed = () => new Set(keyring.list().flatMap(({ workspaces }) => workspaces));
  keyring.onChange(() => closeRevoked(parts));
  const url = await listen(door.server, { ...config, secure: tls !== null });
  tracker.service = ownGateway(url, config, log);
  // Timers start last, so that a start that fails leaves none behind.
  const timers = [
    clock.every(TICK_MS, () => tracker.tick()),
    keeper.watch(clock),
    ...spendTimers(tracker, data, deps),
    watch(),
    ...(tls ? [tls.watch()] : []),
  ];
  const cancelWarmUp = clock.after(WARM_UP_MS, () => void warmUp(parts));
  const running: Running = { clock, ledger, tracker, door, parts, timers, cancelWarmUp, keys };
  return { tracker, url, isTeam, first_admin_key, ...controlsOf(running) };
}

/** What the process does with its service. */
function controlsOf(running: Running): Pick<Service, "watchListener" | "stop"> {
  let stopped: Promise<void> | null = null;
  return {
    watchListener: () => running.door.watch(running.clock),
    stop: (grace_ms = GRACE_MS) => stopped ??= stop(running, grace_ms),
  };
}

/** Recognizes the calls that a tracked client in this process sends through the gateway, which counts them itself. */
function ownGateway(url: string, { public_url }: Config, log: Log): RecorderService {
  const tell = (detail: string) => log("counted_by_gateway", { detail });
  const own = new ServiceAddress(url, null, tell);
  const known = public_url ? [own, new ServiceAddress(public_url.origin + public_url.prefix, null)] : [own];
  let hasTold = false;
  return {
    key: null,
    isGateway: (address) => known.some((service) => service.isGateway(address)),
    countedByGateway: () => {
      if (!hasTold) own.countedByGateway();
      hasTold = true;
    },
  };
}

/** Closes the sockets of keys that were revoked or have expired. */
function closeRevoked(parts: LazyParts): void {
  void parts.statusSockets.useIfStarted((hub) => hub.closeRevoked());
  void parts.gatewaySockets.useIfStarted((sockets) => sockets.closeRevoked());
}

type NetworkParts = Pick<FrontDoorOptions, "tls" | "proxies" | "onRequest">;

/** Logs each request, if the settings say so. */
async function loadAccessLog(
  { config, log }: ServiceDeps,
  proxies: TrustedProxies,
): Promise<NetworkParts["onRequest"]> {
  if (!config.access_log) return undefined;
  const url = import.meta.resolve("./front/access_log.ts");
  return (await lazyImport<typeof import("./front/access_log.ts")>(url)).accessLog(log, proxies);
}

/** The front door, with the parts behind it. */
function createDoor({ config, log }: ServiceDeps, api: ApiDeps, parts: LazyParts, network: NetworkParts): FrontDoor {
  const { access } = api;
  const reach = { public_url: config.public_url, allowed_origins: new Set(config.allowed_origins) };
  return new FrontDoor({
    ...parts,
    health: (request) => healthBody(api, isKnown(access, request)),
    status: (request, workspace_id) => statusFor(api, request, workspace_id),
    reach: () => ({ ...reach, isTeam: access.isTeam }),
    sendGatewayError: sendError,
    bounds: config.bounds,
    ...network,
    log,
  });
}

/** Whether a caller has a key, or needs none. */
function isKnown(access: AccessControl, request: IncomingMessage): boolean {
  return !isRefused(
    admitRequest(access, request, { access: "any", workspace_id: null, is_gateway: false, by_cookie: "read" }),
  );
}

/** The status that a caller may read; `null` leaves the refusal to the route. */
function statusFor({ access, calls, tracker }: ApiDeps, request: IncomingMessage, workspace_id: string | null) {
  const asked = { access: "read", workspace_id, is_gateway: false, is_preliminary: true, by_cookie: "read" } as const;
  const caller = admitRequest(access, request, asked);
  if (isRefused(caller) || calls!.take(caller) > 0) return null;
  return tracker.status(caller.workspace_id, caller.kind === "admin");
}

/**
 * The certificate; `null` for HTTP.
 *
 * @throws {StartFault} for a certificate that cannot be used.
 */
async function loadTls({ config, clock, log }: ServiceDeps): Promise<Tls | null> {
  if (config.tls === null) return null;
  const { openTls } = await lazyImport<typeof import("./front/tls.ts")>(import.meta.resolve("./front/tls.ts"));
  const tls = await openTls({ paths: config.tls, clock, log });
  if ("fault" in tls) {
    throw new StartFault(`Cannot start: ${tls.fault}. Set QUOTA_TLS_CERT and QUOTA_TLS_KEY to others`);
  }
  return tls;
}

/** The parts that a stop ends. */
interface Running extends Pick<ServiceDeps, "clock" | "ledger"> {
  tracker: Tracker;
  door: FrontDoor;
  parts: LazyParts;
  timers: (() => void)[];
  cancelWarmUp(): void;
  keys: AccessStore;
}

async function stop(running: Running, grace_ms: number): Promise<void> {
  const { clock, ledger, tracker, door, parts, timers, cancelWarmUp, keys } = running;
  cancelWarmUp();
  tracker.dismiss();
  await Promise.all([
    door.close(clock, grace_ms),
    parts.statusSockets.useIfStarted((hub) => hub.close()),
    parts.gatewaySockets.useIfStarted((sockets) => sockets.close(grace_ms)),
  ]);
  await parts.features.useIfStarted((features) => features.stop());
  for (const clear of timers) clear();
  await parts.gateway.useIfStarted((gateway) => gateway.close());
  await estimatesDone();
  await tracker.close();
  await ledger.close();
  keys.close();
}

/** A tracker with the limits in force and the counts of the current windows. */
async function restoreState(deps: ServiceDeps) {
  const { config, ledger, clock, log, modules = MODULES, limits: store = limitsInMemory() } = deps;
  const prices = new LazyPrices(clock, modules.prices, (error) => {
    log("part_not_loaded", { part: "prices", error: String(error) });
  });
  const { limits, warning_ratio, mode, timezone, durability } = config;
  const tracker = new Tracker({
    clock,
    ledger,
    live: openMemoryLiveStore(timezone),
    limits,
    warning_ratio,
    mode,
    timezone,
    durability,
    pricing: prices,
    max_workspaces: config.bounds.max_workspaces,
    log,
  });
  const apply = (file: LimitsFile) => {
    prices.setOwn(file);
    tracker.setLimits(file);
  };
  const keeper = new LimitsKeeper({ store, log, apply });
  // Limits come first, because the ledger's rows are also counted against the limits of models.
  await keeper.start();
  const data = await ledger.rebuild(clock.now() - REBUILD_MS, tracker.day.start_ms);
  await tracker.load(data);
  if (tracker.hasBudgets) await Promise.all([tracker.loadSpend(data), prices.load().catch(() => {})]);
  return { tracker, keeper, prices, data };
}

/** Keeps what was spent equal to the ledger. */
function spendTimers(tracker: Tracker, data: RebuildData, { clock, log }: ServiceDeps): (() => void)[] {
  return [
    clock.after(WARM_UP_MS, () => void loadSpendLater(tracker, data, log)),
    // A ledger that cannot be read is in the log already.
    clock.every(CORRECTIONS_MS, () => void tracker.takeCorrections().catch(() => {})),
  ];
}

/** Nothing waits for it: a start with a long history answers its first call before. */
async function loadSpendLater(tracker: Tracker, data: RebuildData, log: Log): Promise<void> {
  if (tracker.spendKnown) return;
  try {
    await tracker.loadSpend(data);
  } catch (error) {
    log("spend_unknown", { cause: String(error), fix: "Restart the service when its ledger can be read." });
  }
}
