/** Tracks an SDK client: replaces its fetch by one that counts, and gives a call and its retries one id. */
import type { ClientOptions, OpenAI } from "openai";
import { RUN_PATTERN, RUN_RULE } from "../../../shared/attempt_fields.ts";
import { parseWorkspaceId } from "../../../shared/workspace.ts";
import { attemptId, type Recorder } from "../../attempts/recorder.ts";
import type { TrackingOptions } from "../../attempts/tracking_options.ts";
import { ClientQuota } from "./client_quota.ts";
import { headersOf, retryCount } from "../fetch/fetch_request.ts";
import { CALL, type CallInit, type SdkCall } from "../fetch/permit.ts";
import { preparePermit, trackedFetch } from "../fetch/tracked_fetch.ts";

type Fetch = typeof globalThis.fetch;

/** The part of an SDK client that tracking needs. */
interface Client {
  baseURL: string;
}

/** What the SDK tells its hook about a request. */
export interface RequestContext {
  url: string;
  options: Parameters<OpenAI["buildRequest"]>[0];
}

/** The ids of calls that have failed, by their options: the SDK passes the same options object for each retry. */
type FailedCalls = WeakMap<object, string>;

class Call implements SdkCall {
  readonly #options: object;
  readonly #failed: FailedCalls;

  constructor(readonly id: string, readonly retry: number, options: object, failed: FailedCalls) {
    this.#options = options;
    this.#failed = failed;
  }

  /** Most calls do not fail. To remember each would take a third of a microsecond. */
  failed(): void {
    this.#failed.set(this.#options, this.id);
  }
}

export class ClientTracking {
  readonly options: TrackingOptions;
  readonly quota: ClientQuota;
  readonly #failed: FailedCalls = new WeakMap();
  #path = "/v1";
  #fetch: Fetch;

  /** @throws {TypeError} for an invalid workspace id, or for options with which calls would not be counted. */
  constructor(
    { recorder, quotaKey, app, run, workspace, on_limit, max_wait_ms, request_usage, ...options }:
      & TrackingOptions
      & Pick<ClientOptions, "fetch">,
  ) {
    const id = parseWorkspaceId(workspace);
    if (id === null) {
      throw new TypeError(`Cannot track for workspace "${workspace}": an id has 1 to 64 of a-z, 0-9, _ and -`);
    }
    if (run !== undefined && !RUN_PATTERN.test(run)) {
      throw new TypeError(`Cannot track for run ${JSON.stringify(run)}: a run is named by ${RUN_RULE}`);
    }
    refuseHiddenTransport(options);
    const own = recorderWithKey(recorder, quotaKey);
    this.quota = new ClientQuota(own, id);
    this.options = { recorder: own, app, run, workspace: id, on_limit, max_wait_ms, request_usage };
    this.#fetch = this.#tracked(options.fetch ?? undefined);
  }

  /** The `fetch` for the client's options. `withOptions()` calls the constructor again, with this fetch or another. */
  get fetch(): Fetch {
    return this.#fetch;
  }

  /**
   * Tracks a new client. Its fetch may be replaced later, as the SDK does when `withOptions()` sets another provider; the
   * new fetch is tracked as well.
   */
  attach(client: Client): void {
    this.#path = new URL(client.baseURL).pathname.replace(/\/$/, "");
    TRACKING.set(client, this);
    Object.defineProperty(client, "fetch", {
      enumerable: true,
      configurable: true,
      get: () => this.#fetch,
      set: (other: Fetch | undefined) => this.#fetch = this.#tracked(other),
    });
  }

  /** Asks for the permit of an attempt, and adds the id of its call. The SDK then passes both to the tracked fetch. */
  prepare(request: RequestInit, { url, options }: RequestContext): Promise<void> {
    const retry = retryCount(headersOf(url, request));
    // The options may be the caller's own object, which they use again for another call.
    const id = (retry === 0 ? undefined : this.#failed.get(options)) ?? attemptId();
    (request as CallInit)[CALL] = new Call(id, retry ?? 0, options, this.#failed);
    return preparePermit(this.#fetch, url, request);
  }

  #tracked(fetch: Fetch | undefined): Fetch {
    const { recorder, workspace, app, run, on_limit, max_wait_ms, request_usage } = this.options;
    return trackedFetch({
      recorder,
      workspace_id: workspace,
      app: app ?? null,
      run: run ?? null,
      on_limit,
      max_wait_ms,
      request_usage,
      fetch,
      onEnd: this.quota.ended,
      basePath: () => this.#path,
    });
  }
}

function recorderWithKey(recorder: Recorder, key: string | undefined): Recorder {
  if (key === undefined) return recorder;
  if (recorder.withKey) return recorder.withKey(key);
  throw new TypeError("Cannot use a quotaKey with this recorder: it reports to no service. Use an HttpRecorder");
}

const TRACKING = new WeakMap<object, ClientTracking>();

/** The tracking options of a client; `null` if it is not tracked. */
export function trackingOf(client: object): TrackingOptions | null {
  return TRACKING.get(client)?.options ?? null;
}

/** An X.509 workload identity uses a transport of its own instead of `fetch`. */
function refuseHiddenTransport(options: object): void {
  const { x509Transport, credential, workloadIdentity } = options as Record<string, unknown>;
  const isLegacy = typeof workloadIdentity === "object" && workloadIdentity !== null && "provider" in workloadIdentity;
  const named = x509Transport != null
    ? "x509Transport"
    : credential != null
    ? "credential"
    : workloadIdentity != null && !isLegacy
    ? "workloadIdentity"
    : null;
  if (named === null) return;
  throw new TypeError(
    `Cannot track a client with the option "${named}": an X.509 identity does not send through fetch, so its calls would not ` +
      "be counted. Use an API key, or a workload identity with a token provider",
  );
}
