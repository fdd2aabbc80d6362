/**
 * Whether a host name or address can only mean this machine.
 *
 * @param host without a port; an IPv6 address with or without brackets.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isLoopback } from "./loopback.ts";
 *
 * assert(isLoopback("127.0.0.1"));
 * assert(isLoopback("[::1]"));
 * assert(isLoopback("LOCALHOST"));
 * assert(!isLoopback("0.0.0.0"));
 * assert(!isLoopback("127.0.0.1.evil.example"));
 * ```
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === "localhost" || name === "::1" || name === "[::1]") return true;
  return /^127(\.\d{1,3}){3}$/.test(name) && name.split(".").every((part) => Number(part) < 256);
}
