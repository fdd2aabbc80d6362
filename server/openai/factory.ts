/** Tracked clients by workspace. */
import type { ClientOptions } from "openai";
import { QuotaTrackedOpenAI } from "./client.ts";
import { HttpRecorder } from "./http_recorder.ts";
import type { Recorder } from "./recorder.ts";

/** Makes a {@link QuotaTrackedOpenAI} for a workspace. */
export type ClientFactory = (workspace: string, options?: ClientOptions & { app?: string }) => QuotaTrackedOpenAI;

/**
 * A factory whose clients all tell one recorder: the tracker itself, in the service's own process.
 *
 * @example
 * ```ts
 * import { clientFactory } from "./factory.ts";
 *
 * const getClient = clientFactory({ reserve: () => ({ settle() {}, release() {} }) });
 * console.assert(getClient("acme", { apiKey: "sk-…" }) !== getClient("blue", { apiKey: "sk-…" }));
 * ```
 */
export function clientFactory(recorder: Recorder): ClientFactory {
  return (workspace, options = {}) => new QuotaTrackedOpenAI({ ...options, workspace, recorder });
}

let shared: ClientFactory | null = null;

/**
 * A tracked client in any program beside the service: it reports to `QUOTA_GAUGE_URL`, or `http://127.0.0.1:8787`.
 *
 * @param workspace a workspace id.
 * @param options the SDK's own, and `app`, a label of the program.
 */
export const getOpenAIClient: ClientFactory = (workspace, options) => {
  shared ??= clientFactory(new HttpRecorder({ service_url: serviceUrl() }));
  return shared(workspace, options);
};

function serviceUrl(): string | undefined {
  const { process } = globalThis as { process?: { env: Record<string, string | undefined> } };
  return process?.env.QUOTA_GAUGE_URL;
}
