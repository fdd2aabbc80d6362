/** The official client for Azure OpenAI, with every attempt counted. */
import { type AzureClientOptions, AzureOpenAI } from "openai";
import type { TrackingOptions } from "../../attempts/tracking_options.ts";
import type { ClientQuota } from "./client_quota.ts";
import { ClientTracking, type RequestContext } from "./client_tracking.ts";

export type QuotaTrackedAzureOptions = AzureClientOptions & TrackingOptions;

/**
 * A drop-in subclass of `AzureOpenAI`. The calls of a deployment are counted under their endpoint, with the name of the
 * deployment as their model until the response names the model.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { QuotaTrackedAzureOpenAI } from "./azure_client.ts";
 *
 * const recorder = { reserve: () => ({ settle() {}, release() {} }) };
 * const endpoint = "https://example.openai.azure.com";
 * const azure = { endpoint, apiKey: "key", apiVersion: "2025-04-01-preview" };
 * const client = new QuotaTrackedAzureOpenAI({ ...azure, workspace: "acme", recorder });
 * assert.equal(client.baseURL, "https://example.openai.azure.com/openai");
 * ```
 */
export class QuotaTrackedAzureOpenAI extends AzureOpenAI {
  readonly #tracking: ClientTracking;
  /** What the last call took, and what is left for the next one. */
  readonly quota: ClientQuota;

  constructor(options: QuotaTrackedAzureOptions) {
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
