/** The headers by which a caller of the gateway asks to wait instead of being refused. */
import type { IncomingHttpHeaders } from "node:http";
import type { Writable } from "node:stream";
import { parseGoDuration } from "../attempts/go_duration.ts";
import { DEFAULT_WAIT_MS, type Wait } from "../attempts/recorder.ts";

/** Stands for headers that are not valid. */
export const INVALID_WAIT = Symbol("invalid wait");

/** Error message for {@link INVALID_WAIT}. */
export const INVALID_WAIT_MESSAGE =
  "Cannot read how to wait: x-quota-on-limit must be wait or refuse, and x-quota-max-wait a duration such as 30s or 1m30s";

/**
 * Reads `x-quota-on-limit` and `x-quota-max-wait`. A caller who closes the connection gives up their place in the queue.
 *
 * @param connection the caller's: a response, or the socket of an upgrade.
 * @returns `undefined` for a caller who does not wait.
 */
export function parseWait(
  headers: IncomingHttpHeaders,
  connection: Pick<Writable, "destroyed" | "once">,
): Wait | undefined | typeof INVALID_WAIT {
  const on_limit = headers["x-quota-on-limit"];
  if (on_limit === undefined || on_limit === "refuse") return undefined;
  const max_wait = headers["x-quota-max-wait"];
  const max_wait_ms = max_wait === undefined ? DEFAULT_WAIT_MS : parseGoDuration(String(max_wait));
  if (on_limit !== "wait" || max_wait_ms === null) return INVALID_WAIT;
  const closed = new AbortController();
  if (connection.destroyed) closed.abort();
  connection.once("close", () => closed.abort());
  return { signal: closed.signal, max_wait_ms };
}
