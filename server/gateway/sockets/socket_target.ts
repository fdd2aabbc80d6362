/** What an upgrade at the gateway is aimed at, and whose it is. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ProblemCode } from "../../../shared/problem.ts";
import type { Recorder } from "../../attempts/recorder.ts";
import type { TurnsOptions } from "../../attempts/sockets/socket_plan.ts";
import { invalidWorkspaceMessage, parseTarget } from "../target.ts";
import { INVALID_WAIT, INVALID_WAIT_MESSAGE, parseWait } from "../wait_headers.ts";

/** Raised for an upgrade that cannot be relayed. */
export class NotACall extends Error {
  override name = "NotACall";
  constructor(readonly code: ProblemCode, message: string) {
    super(message);
  }
}

/** The sockets whose events can be counted. */
const RELAYED = new Set(["realtime", "responses"]);

const KEY = /^[+/0-9A-Za-z]{22}==$/;

/**
 * Reads an upgrade.
 *
 * @returns how it is counted, and its path at the upstream.
 * @throws {NotACall} for an upgrade that cannot be relayed.
 */
export function callOf(request: IncomingMessage, socket: Duplex, recorder: Recorder): TurnsOptions & { path: string } {
  const { headers } = request;
  const aimed = parseTarget(request.url!, text(headers["x-workspace-id"]));
  const [endpoint, query] = aimed?.path.split("?", 2) ?? [""];
  if (!aimed || !RELAYED.has(endpoint)) {
    const asked = JSON.stringify(endpoint.slice(0, 100));
    throw new NotACall("not_found", `Cannot relay a WebSocket to ${asked}: only realtime and responses can be counted`);
  }
  const { workspace_id, path } = aimed;
  if (workspace_id === null) throw new NotACall("invalid_workspace", invalidWorkspaceMessage(aimed));
  if (!isHandshake(request)) {
    throw new NotACall(
      "invalid_request",
      "Cannot open a WebSocket: the request is no handshake of version 13 (RFC 6455)",
    );
  }
  const wait = parseWait(headers, socket);
  if (wait === INVALID_WAIT) throw new NotACall("invalid_request", INVALID_WAIT_MESSAGE);
  return {
    path,
    recorder,
    endpoint,
    workspace: workspace_id,
    app: text(headers["x-quota-app"])?.slice(0, 200),
    model: new URLSearchParams(query).get("model")?.slice(0, 200) || null,
    on_limit: wait && "wait",
    max_wait_ms: wait?.max_wait_ms,
  };
}

function isHandshake({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket" &&
    KEY.test(headers["sec-websocket-key"] ?? "") && headers["sec-websocket-version"] === "13";
}

function text(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
