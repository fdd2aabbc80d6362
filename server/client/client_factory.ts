/** Creates tracked clients by workspace. */
import type { ClientOptions } from "openai";
import type { Recorder } from "../attempts/recorder.ts";
import type { TrackingOptions } from "../attempts/tracking_options.ts";
import { HttpRecorder } from "./reporting/http_recorder.ts";
import type { HttpRecorderOptions } from "./reporting/http_recorder_options.ts";
import { QuotaTrackedOpenAI } from "./sdk/openai_client.ts";

/** Creates a {@link QuotaTrackedOpenAI} for a workspace. */
export type ClientFactory = (
  workspace: string,
  options?:
    & ClientOptions
    & Pick<TrackingOptions, "app" | "run" | "quotaKey" | "on_limit" | "max_wait_ms" | "request_usage">,
) => QuotaTrackedOpenAI;

/**
 * Creates a factory whose clients share a recorder: in the service's own process, the tracker.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clientFactory } from "./client_factory.ts";
 *
 * const getClient = clientFactory({ reserve: () => ({ settle() {}, release() {} }) });
 * assert.notEqual(getClient("acme", { apiKey: "sk-…" }), getClient("blue", { apiKey: "sk-…" }));
 * ```
 */
export function clientFactory(recorder: Recorder): ClientFactory {
  return (workspace, options = {}) => new QuotaTrackedOpenAI({ ...options, workspace, recorder });
}

let shared: HttpRecorder | null = null;

/**
 * The recorder of all clients of {@link getOpenAIClient}. Call its `flush()` before the program ends; it also has the numbers of
 * waiting and dropped reports.
 *
 * @param options of the recorder, such as `onProblem`. They can be set only before the first client is created.
 * @throws {TypeError} for options when the recorder exists already.
 */
export function sharedRecorder(options?: HttpRecorderOptions): HttpRecorder {
  if (shared && options) {
    throw new TypeError(
      "Cannot set options of the shared recorder because it exists already: call sharedRecorder(options) before the first client",
    );
  }
  return shared ??= new HttpRecorder({ service_url: serviceUrl(), ...options });
}

/**
 * Creates a tracked client in a program outside the service. It reports to `QUOTA_GAUGE_URL`, by default
 * `http://127.0.0.1:8787`, with the key in `QUOTA_KEY`, if the service has keys.
 *
 * @param workspace a workspace id.
 * @param options the SDK's own; `app`, a label of the program; `quotaKey`, the workspace's ingest key.
 */
export const getOpenAIClient: ClientFactory = (workspace, options) =>
  clientFactory(sharedRecorder())(workspace, options);

function serviceUrl(): string | undefined {
  const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };
  return process?.env.QUOTA_GAUGE_URL;
}
