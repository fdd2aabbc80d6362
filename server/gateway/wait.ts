/** Whether a caller of the gateway would rather wait than be refused. */
import type { IncomingHttpHeaders } from "node:http";
import type { Writable } from "node:stream";
import { goDuration } from "../attempts/answer/go_duration.ts";
import { DEFAULT_WAIT_MS, type Wait } from "../attempts/recorder.ts";

/** What the headers say cannot be read. */
export const BAD_WAIT = Symbol("bad wait");

/** What they accept, for whoever wrote them. */
export const WAIT_RULE = "Cannot tell whether to wait: x-quota-on-limit is wait or refuse, and x-quota-max-wait a " +
  "duration such as 30s or 1m30s";

/**
 * Reads `x-quota-on-limit` and `x-quota-max-wait`. Whoever closes the connection gives up his place.
 *
 * @returns `undefined` for a caller who would rather be refused.
 */
export function waitOf(
  headers: IncomingHttpHeaders,
  response: Pick<Writable, "destroyed" | "once">,
): Wait | undefined | typeof BAD_WAIT {
  const on_limit = headers["x-quota-on-limit"];
  if (on_limit === undefined || on_limit === "refuse") return undefined;
  const most = headers["x-quota-max-wait"];
  const max_wait_ms = most === undefined ? DEFAULT_WAIT_MS : goDuration(String(most));
  if (on_limit !== "wait" || max_wait_ms === null) return BAD_WAIT;
  const caller = new AbortController();
  if (response.destroyed) caller.abort();
  response.once("close", () => caller.abort());
  return { signal: caller.signal, max_wait_ms };
}
