/** Reads upgrade requests: which endpoint they ask for, and for which workspace they are counted. */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { ProblemCode } from "../../../shared/problem.ts";
import type { Recorder } from "../../attempts/recorder.ts";
import type { TurnsOptions } from "../../attempts/sockets/socket_plan.ts";
import { type CallerAccess, checkModels } from "../caller_access.ts";
import { withAllowedModels } from "../allowed_models.ts";
import { invalidWorkspaceMessage, parseTarget, type Target } from "../target.ts";
import { INVALID_WAIT, INVALID_WAIT_MESSAGE, parseWait } from "../wait_headers.ts";

/** Raised for an upgrade that is not relayed. */
export class UpgradeRefused extends Error {
  override name = "UpgradeRefused";
  constructor(readonly code: ProblemCode, message: string) {
    super(message);
  }
}

/** The endpoints whose events can be counted. */
const ENDPOINTS = new Set(["realtime", "responses"]);

const KEY = /^[+/0-9A-Za-z]{22}==$/;

/**
 * Reads an upgrade request.
 *
 * @param admit lets the caller in by its key, or throws.
 * @returns how its responses are counted, the path at the upstream, and what the caller may do.
 * @throws {UpgradeRefused | AccessRefused}
 */
export function parseUpgrade(
  request: IncomingMessage,
  socket: Duplex,
  recorder: Recorder,
  admit: (target: Target) => CallerAccess,
): TurnsOptions & { path: string; access: CallerAccess } {
  const { headers } = request;
  const target = parseTarget(request.url!, first(headers["x-workspace-id"]));
  const [endpoint, query] = target?.path.split("?", 2) ?? [""];
  if (!target || !ENDPOINTS.has(endpoint)) {
    const quoted = JSON.stringify(endpoint.slice(0, 100));
    const message = `Cannot relay a WebSocket to ${quoted}: only realtime and responses can be counted`;
    throw new UpgradeRefused("not_found", message);
  }
  const invalid = invalidWorkspaceMessage(target);
  if (invalid !== null) throw new UpgradeRefused("invalid_workspace", invalid);
  const access = admit(target);
  if (!isHandshake(request)) {
    const message = "Cannot open a WebSocket: the request is not a handshake of version 13 (RFC 6455)";
    throw new UpgradeRefused("invalid_request", message);
  }
  const wait = parseWait(headers, socket);
  if (wait === INVALID_WAIT) throw new UpgradeRefused("invalid_request", INVALID_WAIT_MESSAGE);
  const model = new URLSearchParams(query).get("model")?.slice(0, 200) || null;
  // A message on a Responses socket names its own model; a Realtime socket has one model from its start.
  if (access.models !== null && (model !== null || endpoint === "realtime")) {
    checkModels(access, { method: "POST", headers }, endpoint, model);
  }
  return {
    access,
    path: target.path,
    recorder: access.models === null ? recorder : withAllowedModels(recorder, access.models),
    endpoint,
    workspace: access.workspace_id,
    ...senderOf(access, headers["x-quota-app"]),
    model,
    ...(wait && { on_limit: "wait", max_wait_ms: wait.max_wait_ms }),
  };
}

/** Who sends, as it is kept with each attempt. */
function senderOf({ app, key_id, run }: CallerAccess, label: string | string[] | undefined) {
  return { app: app ?? first(label)?.slice(0, 200), key_id, run: run ?? undefined };
}

function isHandshake({ method, headers }: IncomingMessage): boolean {
  return method === "GET" && headers.upgrade?.toLowerCase() === "websocket" &&
    KEY.test(headers["sec-websocket-key"] ?? "") && headers["sec-websocket-version"] === "13";
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
