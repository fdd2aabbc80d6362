/** Which headers travel through the gateway, each way. */

/** Meant for one hop (RFC 9110 §7.6.1), or ours alone. */
const STAYS = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "host",
  "content-length",
  "accept-encoding",
  "expect",
  "x-workspace-id",
  "x-quota-app",
  "x-quota-call-id",
  "x-quota-on-limit",
  "x-quota-max-wait",
]);

/**
 * The headers for the upstream: the caller's own, with our key when we have one, and without compression, since what
 * passes has to be read.
 */
export function upstreamHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  key: string | null,
): Record<string, string | string[]> {
  const sent: Record<string, string | string[]> = {};
  const named = String(headers.connection ?? "").toLowerCase();
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !STAYS.has(name) && !(named && named.split(/\s*,\s*/).includes(name))) {
      sent[name] = value;
    }
  }
  if (key !== null) sent.authorization = `Bearer ${key}`;
  sent["accept-encoding"] = "identity";
  return sent;
}

/**
 * The raw headers for the caller: the upstream's own, in its order and spelling, but for those of the hop.
 *
 * @param shortened something is taken out of the body, so that its length is not known.
 */
export function callerHeaders(raw_headers: readonly string[], shortened = false): string[] {
  const passed: string[] = [];
  const named = namedByConnection(raw_headers);
  for (let at = 0; at < raw_headers.length; at += 2) {
    const name = raw_headers[at].toLowerCase();
    if (HOP.has(name) || named?.includes(name) || (shortened && name === "content-length")) continue;
    passed.push(raw_headers[at], raw_headers[at + 1]);
  }
  return passed;
}

const HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Headers that the other side names as of this hop alone; `null` for the usual "keep-alive" and "close". */
function namedByConnection(raw_headers: readonly string[]): string[] | null {
  for (let at = 0; at < raw_headers.length; at += 2) {
    if (raw_headers[at].length !== 10 || raw_headers[at].toLowerCase() !== "connection") continue;
    const value = raw_headers[at + 1].toLowerCase();
    return value === "keep-alive" || value === "close" ? null : value.split(/\s*,\s*/);
  }
  return null;
}
