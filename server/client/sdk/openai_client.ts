/** The official OpenAI client, with every attempt counted. */
import OpenAI, { type ClientOptions } from "openai";
import type { TrackingOptions } from "../../attempts/tracking_options.ts";
import type { ClientQuota } from "./client_quota.ts";
import { ClientTracking, type RequestContext } from "./client_tracking.ts";

export type QuotaTrackedOptions = ClientOptions & TrackingOptions;

/**
 * A drop-in subclass of the SDK's client: same options, same types, `instanceof OpenAI`. It tracks at the transport, so every
 * method is counted, with its retries, streams and aborts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { QuotaTrackedOpenAI } from "./openai_client.ts";
 *
 * const permit = { settle() {}, release() {} };
 * const recorder = { reserve: () => permit };
 * const client = new QuotaTrackedOpenAI({ apiKey: "sk-…", workspace: "acme", recorder });
 * assert.notEqual(client.chat.completions, undefined);
 * ```
 */
export class QuotaTrackedOpenAI extends OpenAI {
  readonly #tracking: ClientTracking;
  /** What the last call took, and what is left for the next one. */
  readonly quota: ClientQuota;

  constructor(options: QuotaTrackedOptions) {
    const tracking = new ClientTracking(options);
    super({ ...options, fetch: tracking.fetch });
    this.#tracking = tracking;
    this.quota = tracking.quota;
    tracking.attach(this);
  }

  protected override prepareRequest(request: RequestInit, context: RequestContext): Promise<void> {
    return this.#tracking.prepare(request, context);
  }
}
