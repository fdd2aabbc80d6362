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
 * The headers for the caller, names and values in turn: the upstream's own, in its order and spelling, but for those of the hop.
 *
 * @param shortened something is taken out of the body, so that its length is not known.
 * @param names in lower case, where they are known already.
 */
export function callerHeaders(raw: readonly string[], shortened = false, names = namesIn(raw)): string[] {
  const passed: string[] = [];
  const named = namedByConnection(names, raw);
  for (let at = 0; at < names.length; at++) {
    const name = names[at];
    if (HOP.has(name) || named?.includes(name) || (shortened && name === "content-length")) continue;
    passed.push(raw[at * 2], raw[at * 2 + 1]);
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

function namesIn(raw: readonly string[]): string[] {
  return raw.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
}

/** Headers that the other side names as of this hop alone; `null` for the usual "keep-alive" and "close". */
function namedByConnection(names: readonly string[], raw: readonly string[]): string[] | null {
  const at = names.indexOf("connection");
  if (at < 0) return null;
  const value = raw[at * 2 + 1].toLowerCase();
  return value === "keep-alive" || value === "close" ? null : value.split(/\s*,\s*/);
}
