/** Which upstream the settings name. The service must never be its own. */
import { isLoopback } from "../core/loopback.ts";
import type { PublicUrl } from "../access/public_url.ts";

/** Where the service is reached. */
interface OwnAddress {
  host: string;
  port: number;
  public_url: PublicUrl | null;
}

/** The variables that name an upstream; `null` where one is not set. */
interface Named {
  QUOTA_UPSTREAM_URL: string | null;
  /** The older name. Programs that call the service read the same variable, so it may have the service's own address. */
  OPENAI_BASE_URL: string | null;
}

/** Which upstream is used: with a warning that the start prints, or a fault that prevents it. */
interface Chosen {
  upstream_url: string;
  warning: string | null;
  fault: string | null;
}

/**
 * Chooses the upstream. `QUOTA_UPSTREAM_URL` goes first, and must not lead to the service. `OPENAI_BASE_URL` is ignored if
 * it does.
 *
 * @param standard is used where none is named.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chooseUpstream } from "./upstream.ts";
 *
 * const own = { host: "127.0.0.1", port: 8787, public_url: null };
 * const named = { QUOTA_UPSTREAM_URL: null, OPENAI_BASE_URL: "http://localhost:8787/v1" };
 * assert.equal(chooseUpstream(named, "https://api.openai.com/v1", own).upstream_url, "https://api.openai.com/v1");
 * ```
 */
export function chooseUpstream(named: Named, standard: string, own: OwnAddress): Chosen {
  const { QUOTA_UPSTREAM_URL: chosen, OPENAI_BASE_URL: older } = named;
  if (chosen !== null) {
    const fault = isOwn(chosen, own) ? `QUOTA_UPSTREAM_URL="${chosen}": ${ITSELF}` : null;
    return { upstream_url: chosen, warning: null, fault };
  }
  if (older === null) return { upstream_url: standard, warning: null, fault: null };
  if (!isOwn(older, own)) return { upstream_url: older, warning: OLDER_NAME, fault: null };
  const warning = `OPENAI_BASE_URL is this service's own address, so calls go to ${standard}. Set QUOTA_UPSTREAM_URL ` +
    "for another provider";
  return { upstream_url: standard, warning, fault: null };
}

const ITSELF = "is this service's own address: each call would come back. Set the provider's address";
const OLDER_NAME =
  "OPENAI_BASE_URL names the upstream: rename it to QUOTA_UPSTREAM_URL, because programs that call the " +
  "service read it too";

/** Whether a URL leads to the service. Names that only a resolver knows are found when a call comes back. */
function isOwn(url: string, { host, port, public_url }: OwnAddress): boolean {
  const { hostname, port: named, protocol, origin, pathname } = new URL(url);
  if (public_url?.origin === origin && `${pathname}/`.startsWith(`${public_url.prefix}/`)) return true;
  if (Number(named || (protocol === "https:" ? 443 : 80)) !== port) return false;
  const [asked, listening] = [bare(hostname), bare(host)];
  if (isAny(asked) || isLoopback(asked)) return isAny(listening) || isLoopback(listening);
  return asked === listening;
}

function isAny(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** In lower case, and without the brackets of an IPv6 address. */
function bare(host: string): string {
  return host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
}
