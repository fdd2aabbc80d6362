/** Keys and the gate, made from the configuration. */
import { AccessControl } from "./access/access_control.ts";
import { TrustedProxies } from "./access/client_address.ts";
import { Keyring } from "./access/keyring.ts";
import { Pairing } from "./access/pairing.ts";
import { reportOnce } from "./access/report_once.ts";
import { Sessions } from "./access/sessions.ts";
import type { AccessStore } from "./access/store.ts";
import { Tickets } from "./access/tickets.ts";
import type { Config } from "./config/config.ts";
import { isOnNetwork } from "./config/on_network.ts";
import type { Clock } from "./core/clock.ts";
import type { Log } from "./runtime/log.ts";

/** How often the service looks for keys that the command line has changed: a revoked key ends within a second. */
export const REFRESH_MS = 500;

/** How long the audit trail is kept: a year, and at least as long in a leap year. */
const AUDIT_MS = 366 * 86_400_000;

/** How often entries that are older are deleted. */
const PRUNE_MS = 86_400_000;

const STORE_FIX = "Check the disk and the permissions of the keys' file. The keys read before stay valid until then.";

/** On a network without an admin key, one is made: no start leaves the service unprotected. */
export function createAccessParts(config: Config, store: AccessStore, clock: Clock, log: Log) {
  const now = () => clock.now();
  const onProblem = problemLog(log);
  const keyring = new Keyring(store, now, onProblem);
  const on_network = isOnNetwork(config);
  const proxies = new TrustedProxies(config.trusted_proxies);
  const sessions = sessionsFor(config, keyring, now);
  const access = new AccessControl({
    keyring,
    sessions,
    on_network,
    admin_key: config.admin_key,
    reset_key: config.admin_reset_key,
    proxies,
    now,
    free_tries: config.bounds.free_tries,
  });
  const prune = reportOnce(onProblem);
  store.prune(now() - AUDIT_MS, now());
  const needs_admin = on_network && config.admin_key === null && !keyring.hasAdmin;
  return {
    access,
    keyring,
    proxies,
    pairing: new Pairing(store, keyring, now),
    tickets: new Tickets(now),
    sessions,
    audit: store,
    /** Starts the work that is repeated. Returns a function that stops it. */
    watch(): () => void {
      const stops = [
        clock.every(REFRESH_MS, () => keyring.refresh()),
        clock.every(PRUNE_MS, () => prune(() => store.prune(now() - AUDIT_MS, now()))),
      ];
      return () => stops.forEach((stop) => stop());
    },
    /** The text of the new key, to be printed once; `null` when no key was made. */
    first_admin_key: needs_admin ? firstAdminKey(keyring) : null,
  };
}

function problemLog(log: Log): (why: string | null) => void {
  return (why) => why === null ? log("keys_usable") : log("keys_unusable", { why, fix: STORE_FIX });
}

function sessionsFor({ public_url, tls }: Config, keyring: Keyring, now: () => number): Sessions {
  return new Sessions({
    now,
    isLive: (key) => keyring.isLive(key),
    path: public_url?.prefix || "/",
    secure: tls !== null || public_url?.origin.startsWith("https:") === true,
    public_origin: public_url?.origin ?? null,
  });
}

function firstAdminKey(keyring: Keyring): string {
  const request = { kind: "admin", workspaces: [], note: "made on the first start" } as const;
  return keyring.create({ ...request, workspaces: [] }, { actor: "first start", address: null }).text;
}
