/** Tracked clients by workspace. */
import type { ClientOptions } from "openai";
import { QuotaTrackedOpenAI } from "./sdk/client.ts";
import type { TrackingOptions } from "../attempts/tracking_options.ts";
import { HttpRecorder, type HttpRecorderOptions } from "./reporting/http_recorder.ts";
import type { Recorder } from "../attempts/recorder.ts";

/** Makes a {@link QuotaTrackedOpenAI} for a workspace. */
export type ClientFactory = (
  workspace: string,
  options?: ClientOptions & Pick<TrackingOptions, "app" | "on_limit" | "max_wait_ms">,
) => QuotaTrackedOpenAI;

/**
 * A factory whose clients all tell one recorder: the tracker itself, in the service's own process.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clientFactory } from "./factory.ts";
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
 * The one recorder of all clients of {@link getOpenAIClient}: to `flush()` before the program ends, and to ask how many
 * reports wait or were dropped.
 *
 * @param options of the recorder, such as `onProblem`; only before the first client is made.
 * @throws {TypeError} when options come too late.
 */
export function sharedRecorder(options?: HttpRecorderOptions): HttpRecorder {
  if (shared && options) {
    throw new TypeError(
      "Cannot set options of the shared recorder, which exists: call sharedRecorder() with them first",
    );
  }
  return shared ??= new HttpRecorder({ service_url: serviceUrl(), ...options });
}

/**
 * A tracked client in any program beside the service: it reports to `QUOTA_GAUGE_URL`, or `http://127.0.0.1:8787`.
 *
 * @param workspace a workspace id.
 * @param options the SDK's own, and `app`, a label of the program.
 */
export const getOpenAIClient: ClientFactory = (workspace, options) =>
  clientFactory(sharedRecorder())(workspace, options);

function serviceUrl(): string | undefined {
  const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };
  return process?.env.QUOTA_GAUGE_URL;
}
