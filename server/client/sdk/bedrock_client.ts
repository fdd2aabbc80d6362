/** The official client for Amazon Bedrock, with every attempt counted. */
import { BedrockOpenAI } from "openai";
import type { BedrockClientOptions } from "openai/bedrock";
import type { TrackingOptions } from "../../attempts/tracking_options.ts";
import type { ClientQuota } from "./client_quota.ts";
import { ClientTracking, type RequestContext } from "./client_tracking.ts";

export type QuotaTrackedBedrockOptions = BedrockClientOptions & TrackingOptions;

/**
 * A drop-in subclass of `BedrockOpenAI`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { QuotaTrackedBedrockOpenAI } from "./bedrock_client.ts";
 *
 * const recorder = { reserve: () => ({ settle() {}, release() {} }) };
 * const client = new QuotaTrackedBedrockOpenAI({ awsRegion: "us-east-1", apiKey: "key", workspace: "acme", recorder });
 * assert.equal(client.baseURL, "https://bedrock-mantle.us-east-1.api.aws/openai/v1");
 * ```
 */
export class QuotaTrackedBedrockOpenAI extends BedrockOpenAI {
  readonly #tracking: ClientTracking;
  /** What the last call took, and what is left for the next one. */
  readonly quota: ClientQuota;

  constructor(options: QuotaTrackedBedrockOptions) {
    const tracking = new ClientTracking(options);
    super({ ...options, fetch: tracking.fetch });
    this.#tracking = tracking;
    this.quota = tracking.quota;
    tracking.attach(this);
  }

  protected override async prepareRequest(request: RequestInit, context: RequestContext): Promise<void> {
    await super.prepareRequest(request, context);
    await this.#tracking.prepare(request, context);
  }
}
