const CODES = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  // The gateway's proxy opened no tunnel (server/gateway/upstream/tunnel.ts).
  "PROXY_UNREACHABLE",
  "PROXY_REFUSED",
  "PROXY_TIMEOUT",
  "PROXY_CLOSED",
  "PROXY_MALFORMED",
]);

/**
 * Whether a failure tells that nothing can have reached the provider: no connection came to be.
 *
 * By its code, or its cause's. Deno's `fetch` gives none, so there it is known by the phase that its text names.
 */
export function isConnectFailure(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    if (CODES.has((cause as { code?: string }).code ?? "")) return true;
    if (/client error \(Connect\)|connection refused|dns error|failed to lookup/i.test(cause.message)) return true;
  }
  return false;
}
