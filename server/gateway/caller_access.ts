/** Applies the permissions of a caller's key in the gateway. */
import type { IncomingMessage } from "node:http";
import { type AccessControl, admitRequest, type Admitted, isRefused, type Refused } from "../access/access_control.ts";
import type { ProblemCode } from "../../shared/problem.ts";
import type { Target } from "./target.ts";

/** The terms of one call. */
export interface CallerAccess {
  workspace_id: string;
  /** The program that the key stands for; `null` leaves the name to the program. */
  app: string | null;
  /** The models that the key may call; `null` for any. */
  models: readonly string[] | null;
  /** The key for the provider, in place of the caller's headers; `null` forwards those. */
  provider_key: string | null;
}

/** Raised for a call that its key does not allow. */
export class AccessRefused extends Error {
  override name = "AccessRefused";
  constructor(readonly code: ProblemCode, detail: string, readonly retry_after_ms?: number) {
    super(`Cannot forward this call: ${detail}`);
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
  { workspace_id, named }: Pick<Target, "workspace_id" | "named">,
  service_key: string | null,
): CallerAccess {
  const asked = { access: "ingest", workspace_id: named === null ? null : workspace_id, is_gateway: true } as const;
  const admitted = admitRequest(control, request, asked);
  if (isRefused(admitted)) throw refusalOf(admitted);
  const provider_key = service_key ?? admitted.provider_key;
  if (provider_key === null && admitted.in_api_key) throw new AccessRefused("provider_key_missing", NO_PROVIDER_KEY);
  return accessOf(admitted, provider_key);
}

/** @throws {AccessRefused} for a model that the key does not list. A dated snapshot belongs to its model. */
export function checkModel({ models }: CallerAccess, model: string | null): void {
  if (models === null || model === null || models.some((name) => model === name || isSnapshot(model, name))) return;
  throw new AccessRefused("not_allowed", `its key may call ${models.join(", ")}, but not ${model.slice(0, 100)}`);
}

const NO_PROVIDER_KEY = "this service has no key for the provider. Send yours as Authorization and the quota key as " +
  "X-Quota-Key, or both as one API key: qg_ingest_…~sk-…";

function accessOf({ workspace_id, key }: Admitted, provider_key: string | null): CallerAccess {
  return { workspace_id, app: key?.app ?? null, models: key?.models ?? null, provider_key };
}

function refusalOf({ denied, detail, retry_after_ms }: Refused): AccessRefused {
  return new AccessRefused(denied, detail, retry_after_ms);
}

function isSnapshot(model: string, name: string): boolean {
  return model.startsWith(name) && /^-\d{4}-\d\d-\d\d$/.test(model.slice(name.length));
}
