/** A line in the log for each request, with `QUOTA_ACCESS_LOG=on`. It loads only then. */
import { type IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { TrustedProxies } from "../access/client_address.ts";
import { requestIdOf } from "../gateway/http/own_response.ts";
import type { Log } from "../runtime/log.ts";

/** Longer paths are cut. */
const MAX_PATH = 200;

/** Requests that a machine sends every few seconds; their lines have the level debug. */
const PROBES = new Set(["/livez", "/readyz", "/healthz", "/metrics"]);

/**
 * Creates the function that logs each request when its response has ended, and each WebSocket when it is closed. Of the
 * target the line has the path alone: some programs write a key into the query.
 */
export function accessLog(log: Log, proxies: TrustedProxies, now: () => number = () => performance.now()) {
  return (request: IncomingMessage, response: ServerResponse | Duplex): void => {
    const started = now();
    const [path] = request.url!.split("?", 1);
    response.on("close", () =>
      log(eventOf(path, response), {
        request_id: requestIdOf(request),
        method: request.method,
        path: path.slice(0, MAX_PATH),
        ...(response instanceof ServerResponse ? endOf(response) : {}),
        duration_ms: Math.round(now() - started),
        address: proxies.callerOf(request.socket.remoteAddress ?? "", request.headers["x-forwarded-for"] as string),
      }));
  };
}

function eventOf(path: string, response: ServerResponse | Duplex): string {
  if (!(response instanceof ServerResponse)) return "socket";
  return PROBES.has(path) ? "probe" : "request";
}

function endOf({ headersSent, statusCode, writableFinished }: ServerResponse) {
  return { status: headersSent ? statusCode : null, complete: writableFinished };
}
