/** Enforces the models that a key may call. */
import { isAllowedModel } from "../access/key.ts";
import type { Buffer } from "node:buffer";
import type { Recorder } from "../attempts/recorder.ts";
import { deploymentOf } from "../attempts/request/azure_deployment.ts";

/** Paths after `/v1/` whose POST starts no model. */
const WITHOUT_MODEL = /^(files|uploads(\/[^/]+)*|.+\/cancel)$/;

/**
 * Why a call is outside a key's models. A call that starts a model without naming it is refused too: a batch, a stored
 * prompt or an unreadable body could name any.
 *
 * @param models that the key may call. A dated snapshot belongs to its model.
 * @param path after `/v1/`, without query.
 * @param model in the body; `null` when it has none that can be read.
 * @returns `null` for a call that is allowed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { modelFault } from "./allowed_models.ts";
 *
 * const fault = (path: string, model: string | null) => modelFault(["gpt-5.4"], { method: "POST", path, model });
 * assert.equal(fault("responses", "gpt-5.4-2026-03-01"), null);
 * assert.notEqual(fault("responses", "gpt-5.4-mini"), null);
 * assert.notEqual(fault("batches", null), null);
 * ```
 */
export function modelFault(
  models: readonly string[],
  { method, path, model }: { method: string; path: string; model: string | null },
): string | null {
  // At Azure the path decides, and at other providers the body: both must be allowed.
  const named = [model, deploymentOf(path)].filter((name) => name !== null);
  const other = named.find((name) => !isAllowedModel(models, name));
  if (other !== undefined) return faultOf(models, other);
  const startsNone = !["POST", "PUT", "PATCH"].includes(method) || WITHOUT_MODEL.test(path);
  return named.length > 0 || startsNone ? null : faultOf(models, null);
}

/**
 * Every model that an encoded form names. All of them must be allowed, because providers read different ones of them.
 *
 * @param body the form's bytes.
 */
export function modelsInForm(body: Buffer): string[] {
  const models: string[] = [];
  for (const name of ['name="model"', "name=model"]) {
    for (let at = body.indexOf(name); at >= 0; at = body.indexOf(name, at + 1)) {
      const value = /^[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n([^\r\n]{0,200})/.exec(
        body.toString("latin1", at, at + 1000),
      );
      models.push(value?.[1] ?? "");
    }
  }
  return models;
}

/** A recorder that refuses other models; for sockets, whose messages name a model each. */
export function withAllowedModels(recorder: Recorder, models: readonly string[]): Recorder {
  return {
    reserve(plan, wait) {
      // A response that the provider has begun is counted, whatever its model.
      if (plan.begun || (plan.model !== null && isAllowedModel(models, plan.model))) {
        return recorder.reserve(plan, wait);
      }
      return { refused: "not_allowed", message: faultOf(models, plan.model), retry_after_ms: null };
    },
  };
}

function faultOf(models: readonly string[], model: string | null): string {
  const asked = model === null ? "this call names no model that can be read" : `not ${model.slice(0, 100)}`;
  return `Cannot forward this call: its key may call ${models.join(", ").slice(0, 500)}, and ${asked}`;
}
