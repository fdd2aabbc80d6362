/** Applies the permissions of a caller's key in the gateway. */
import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import { RUN_PATTERN, RUN_RULE } from "../../shared/attempt_fields.ts";
import { type AccessControl, admitRequest, type Admitted, isRefused, type Refused } from "../access/access_control.ts";
import type { Identity } from "../access/gate.ts";
import { containsKey } from "../access/key_text.ts";
import { modelFault, modelsInForm } from "./allowed_models.ts";
import type { Attempt } from "../attempts/attempt.ts";
import type { ProblemCode } from "../../shared/problem.ts";
import type { Target } from "./target.ts";

/** The terms of one call. */
export interface CallerAccess {
  workspace_id: string;
  /** The program that the key stands for; `null` leaves the name to the program. */
  app: string | null;
  /** The id of the key; `null` without one. */
  key_id: string | null;
  /** The batch, agent or job that the caller names as that of the call. */
  run: string | null;
  /** The models that the key may call; `null` for any. */
  models: readonly string[] | null;
  /** The key for the provider, in place of the caller's headers; `null` forwards those. */
  provider_key: string | null;
  /** For {@link AccessControl.isLive}. */
  caller: Pick<Identity, "kind" | "key">;
}

/** Raised for a call that its key does not allow. */
export class AccessRefused extends Error {
  override name = "AccessRefused";
  constructor(readonly code: ProblemCode, detail: string, readonly retry_after_ms?: number) {
    super(detail);
  }
}

/**
 * Decides on a call or an upgrade.
 *
 * @param service_key the service's own key for the provider; `null` without one.
 * @throws {AccessRefused}
 */
export function admitCall(
  control: AccessControl,
  request: IncomingMessage,
  { workspace_id, named, path }: Target,
  service_key: string | null,
): CallerAccess {
  if (containsKey(path)) throw new AccessRefused("invalid_request", KEY_IN_PATH);
  const asked = { access: "ingest", workspace_id: named === null ? null : workspace_id, is_gateway: true } as const;
  const admitted = admitRequest(control, request, asked);
  if (isRefused(admitted)) throw refusalOf(admitted);
  const provider_key = service_key ?? admitted.provider_key;
  if (provider_key === null && admitted.in_api_key) throw new AccessRefused("provider_key_missing", NO_PROVIDER_KEY);
  return accessOf(admitted, provider_key, runIn(request));
}

/**
 * @param path after `/v1/`.
 * @param model that the body names; a form is read for all of its models.
 * @throws {AccessRefused} for a call outside the models that its key lists.
 */
export function checkModels(
  { models }: CallerAccess,
  { method = "GET", headers }: Pick<IncomingMessage, "method" | "headers">,
  path: string,
  model: string | null,
  body?: readonly Buffer[],
): void {
  if (models === null) return;
  const isForm = body !== undefined && /^\s*multipart\//i.test(headers["content-type"] ?? "");
  const named = isForm ? modelsInForm(Buffer.concat(body)) : [];
  const plain = path.split("?", 1)[0];
  for (const name of named.length > 0 ? named : [model]) {
    const fault = modelFault(models, { method, path: plain, model: name });
    if (fault !== null) throw new AccessRefused("not_allowed", fault);
  }
}

/**
 * Checks a caller after a wait, which may be longer than the life of their key.
 *
 * @param attempt that the wait has permitted; it ends unsent for a key that has ended.
 * @throws {AccessRefused}
 */
export function checkLive(
  control: AccessControl,
  { caller, workspace_id }: CallerAccess,
  attempt: Pick<Attempt, "unsent">,
): void {
  if (control.isLive(caller, workspace_id)) return;
  attempt.unsent(null);
  throw new AccessRefused("key_invalid", "Cannot forward this call: its key was revoked or has expired meanwhile");
}

const NO_PROVIDER_KEY =
  "Cannot forward this call: this service has no key for the provider. Send yours as Authorization and the quota key as " +
  "X-Quota-Key, or both as one API key: qg_ingest_…~sk-…";

const KEY_IN_PATH = "Cannot forward this call: its address contains a quota key, and addresses are written to logs. " +
  "Send the key in a header, and replace it by a new one";

function accessOf(caller: Admitted, provider_key: string | null, run: string | null): CallerAccess {
  const { workspace_id, key } = caller;
  return {
    workspace_id,
    app: key?.app ?? null,
    key_id: key?.id ?? null,
    run,
    models: key?.models ?? null,
    provider_key,
    caller,
  };
}

/** A run that cannot be read is refused: without its name, its budget would not apply. */
function runIn({ headers }: IncomingMessage): string | null {
  const run = headers["x-quota-run"]?.toString() ?? "";
  if (run === "") return null;
  if (RUN_PATTERN.test(run)) return run;
  throw new AccessRefused("invalid_request", `Cannot count this call: X-Quota-Run must have ${RUN_RULE}`);
}

function refusalOf({ denied, detail, retry_after_ms }: Refused): AccessRefused {
  return new AccessRefused(denied, `Cannot forward this call: ${detail}`, retry_after_ms);
}
