/** Recognizes requests that were never sent, which count for nothing. */
const CODES = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  // The gateway's connection was not open in time (server/gateway/upstream/create_dial.ts).
  "CONNECT_TIMEOUT",
  "TLS_TIMEOUT",
  // The gateway's proxy opened no tunnel (server/gateway/upstream/tunnel.ts).
  "PROXY_UNREACHABLE",
  "PROXY_REFUSED",
  "PROXY_TIMEOUT",
  "PROXY_CLOSED",
  "PROXY_MALFORMED",
]);

/**
 * Whether an error shows that no connection was made, so that nothing reached the provider.
 *
 * Checks the codes of the error and its causes. Deno's `fetch` sets no code: there only the message names the phase.
 */
export function isConnectFailure(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth++) {
    if (CODES.has((cause as { code?: string }).code ?? "")) return true;
    if (/client error \(Connect\)|connection refused|dns error|failed to lookup/i.test(cause.message)) return true;
  }
  return false;
}
