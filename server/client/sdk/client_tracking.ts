/** What every tracked client has: a fetch that counts, in place of any other, and one id for a call and its retries. */
import type { ClientOptions } from "openai";
import { parseWorkspaceId } from "../../../shared/workspace.ts";
import type { TrackingOptions } from "../../attempts/tracking_options.ts";
import { retryCount } from "../fetch/fetch_request.ts";
import { CALL, trackedFetch } from "../fetch/tracked_fetch.ts";

type Fetch = typeof globalThis.fetch;

/** The part of an SDK client that tracking takes hold of. */
interface Client {
  baseURL: string;
}

export class ClientTracking {
  readonly options: TrackingOptions;
  /** One id a call: the SDK hands the same options object to each of its retries. */
  readonly #calls = new WeakMap<object, string>();
  #path = "/v1";
  #fetch: Fetch;

  /** @throws {TypeError} for what is no workspace id, or for options by which calls would go out unseen. */
  constructor(
    { recorder, app, workspace, on_limit, max_wait_ms, ...options }: TrackingOptions & Pick<ClientOptions, "fetch">,
  ) {
    const id = parseWorkspaceId(workspace);
    if (id === null) {
      throw new TypeError(`Cannot track for workspace "${workspace}": an id has 1 to 64 of a-z, 0-9, _ and -`);
    }
    refuseHiddenTransport(options);
    this.options = { recorder, app, workspace: id, on_limit, max_wait_ms };
    this.#fetch = this.#tracked(options.fetch ?? undefined);
  }

  /** For the client's options: `withOptions()` comes through here again, with this fetch or another. */
  get fetch(): Fetch {
    return this.#fetch;
  }

  /**
   * Takes hold of a client that was just made. Its fetch can be replaced, as the SDK itself does where `withOptions()` names
   * a provider elsewhere; whatever comes in its place is tracked as well.
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

  /** Ties what is about to be sent to the call whose options these are: the SDK hands it to our fetch with all that it has. */
  note(request: RequestInit, options: object): void {
    const retry = retryCount(request.headers);
    // Options may be the caller's own, and be used again for another call.
    const id = retry === 0 ? crypto.randomUUID() : this.#calls.get(options) ?? crypto.randomUUID();
    this.#calls.set(options, id);
    Object.assign(request, { [CALL]: { id, retry: retry ?? 0 } });
  }

  #tracked(fetch: Fetch | undefined): Fetch {
    const { recorder, workspace, app, on_limit, max_wait_ms } = this.options;
    return trackedFetch({
      recorder,
      workspace_id: workspace,
      app: app ?? null,
      on_limit,
      max_wait_ms,
      fetch,
      basePath: () => this.#path,
    });
  }
}

const TRACKING = new WeakMap<object, ClientTracking>();

/** How a client is tracked; `null` for one that is not. */
export function trackingOf(client: object): TrackingOptions | null {
  return TRACKING.get(client)?.options ?? null;
}

/** An X.509 workload identity sends through a transport of its own, which no fetch sees. */
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
    `Cannot track a client with the option "${named}": an X.509 identity sends past every fetch, so its calls would not be ` +
      "counted. Use an API key, or a workload identity with a token provider",
  );
}
