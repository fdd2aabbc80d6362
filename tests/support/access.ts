/** Keys and the gate for tests that need them without a service. */
import { AccessControl } from "../../server/access/access_control.ts";
import { TrustedProxies } from "../../server/access/client_address.ts";
import { Keyring } from "../../server/access/keyring.ts";
import { MemoryAccessStore } from "../../server/access/memory_store.ts";
import { Pairing } from "../../server/access/pairing.ts";
import { Sessions } from "../../server/access/sessions.ts";
import { Tickets } from "../../server/access/tickets.ts";

interface AccessOptions {
  now?: () => number;
  admin_key?: string | null;
  reset_key?: string | null;
  on_network?: boolean;
  trusted_proxies?: string[];
}

/** Personal mode by default: no key is needed, except an admin's. */
export function accessParts(options: AccessOptions = {}) {
  const { now = () => 0, admin_key = null, reset_key = null, on_network = false, trusted_proxies = [] } = options;
  const audit = new MemoryAccessStore();
  const keyring = new Keyring(audit, now);
  const proxies = new TrustedProxies(trusted_proxies);
  const sessions = new Sessions({ now, isLive: (key) => keyring.isLive(key), path: "/", secure: false });
  return {
    access: new AccessControl({ keyring, on_network, admin_key, reset_key, proxies, sessions, now }),
    sessions,
    keyring,
    pairing: new Pairing(audit, keyring, now),
    tickets: new Tickets(now),
    audit,
  };
}

/** The actor that creates keys in tests. */
export const TEST_ACTOR = { actor: "test", address: null };
