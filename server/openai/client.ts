/** The official OpenAI client, with every attempt of it counted. */
import OpenAI, { type ClientOptions } from "openai";
import { parseWorkspaceId } from "../../shared/workspace.ts";
import type { Recorder } from "./recorder.ts";
import { trackedFetch } from "./tracked_fetch.ts";

/** What tracking needs to know, besides the SDK's own options. */
export interface TrackingOptions {
  /** Whose quota it is: a workspace id. */
  workspace: string;
  /** Who decides and counts. */
  recorder: Recorder;
  /** Label of the calling program. */
  app?: string;
  /** `wait`: a full minute is waited for, in the order of arrival, instead of a refusal at once. For batch jobs. */
  on_limit?: "refuse" | "wait";
  /** How long, in milliseconds; 65,000 by default, after which a full minute has opened again. */
  max_wait_ms?: number;
}

export type QuotaTrackedOptions = ClientOptions & TrackingOptions;

/**
 * A drop-in subclass of the SDK's client: same options, same types, `instanceof OpenAI`. It tracks at the transport, so
 * that every method counts, with its retries, streams and aborts.
 *
 * @example
 * ```ts
 * import { QuotaTrackedOpenAI } from "./client.ts";
 *
 * const permit = { settle() {}, release() {} };
 * const recorder = { reserve: () => permit };
 * const client = new QuotaTrackedOpenAI({ apiKey: "sk-…", workspace: "acme", recorder });
 * console.assert(client.chat.completions !== undefined);
 * ```
 */
export class QuotaTrackedOpenAI extends OpenAI {
  /** One id a call: the SDK hands the same options object to each of its retries. */
  readonly #calls = new WeakMap<object, string>();
  /** The same by the headers of each attempt, which reach our fetch as they are. */
  readonly #attempts: WeakMap<object, string>;

  constructor(options: QuotaTrackedOptions) {
    const { recorder, app, on_limit, max_wait_ms } = options;
    const workspace = parseWorkspaceId(options.workspace);
    if (workspace === null) {
      throw new TypeError(`Cannot track for workspace "${options.workspace}": an id has 1 to 64 of a-z, 0-9, _ and -`);
    }
    // Known only after `super`; `withOptions()` comes through here again, with this fetch or another: neither escapes,
    // and neither is wrapped twice.
    const base = { path: "/v1" };
    const attempts = new WeakMap<object, string>();
    const tracked = trackedFetch({
      recorder,
      workspace_id: workspace,
      app: app ?? null,
      on_limit,
      max_wait_ms,
      fetch: options.fetch ?? undefined,
      basePath: () => base.path,
      callOf: (headers) => attempts.get(headers as object),
    });
    super({ ...options, fetch: tracked });
    this.#attempts = attempts;
    base.path = new URL(this.baseURL).pathname.replace(/\/$/, "");
  }

  protected override prepareRequest(request: RequestInit, context: { url: string; options: object }): Promise<void> {
    const id = this.#calls.get(context.options) ?? crypto.randomUUID();
    this.#calls.set(context.options, id);
    this.#attempts.set(request.headers as Headers, id);
    return Promise.resolve();
  }
}
