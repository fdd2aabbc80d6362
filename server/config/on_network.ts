/** Whether the service has to protect itself with keys. */
import { isLoopback } from "../core/loopback.ts";
import type { Config } from "./config.ts";

/** Whether others can reach the service: by the address on which it listens, or through a proxy on this machine. */
export function isOnNetwork({ host, public_url, trusted_proxies }: Config): boolean {
  const isPublic = public_url !== null && !isLoopback(new URL(public_url.origin).hostname);
  return !isLoopback(host) || isPublic || trusted_proxies.length > 0;
}
