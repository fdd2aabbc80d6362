/** A `fetch` that counts: hand it to any OpenAI client and every attempt is reserved, watched and settled. */
import { attemptId } from "./attempt_id.ts";
import { Attempt } from "./attempt.ts";
import { isRefusal, type Recorder, type Refusal } from "./recorder.ts";
import { refusalParts } from "./refusal_response.ts";
import { type RequestFacts, requestFacts } from "./request_facts.ts";
import { readFailed, tapResponse } from "./tapped_response.ts";

export interface TrackedFetchOptions {
  recorder: Recorder;
  workspace_id: string;
  /** Label of the calling program, kept with each attempt. */
  app?: string | null;
  /** The fetch that really sends; the global one by default. */
  fetch?: typeof fetch;
  /** Path of the base URL that stands before endpoints; `/v1` by default. */
  basePath?: () => string;
}

/** Header by which the client class ties the retries of a call together; taken off before anything is sent. */
export const CALL_ID_HEADER = "x-quota-call-id";

/** Marks a fetch that counts already, so that nobody wraps it twice. */
const UNTRACKED = Symbol("untracked fetch");

/** The fetch below a tracked one, or the fetch itself. */
export function untracked(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return (fetch as { [UNTRACKED]?: typeof globalThis.fetch })[UNTRACKED] ?? fetch;
}

export function trackedFetch(options: TrackedFetchOptions): typeof fetch {
  const send = untracked(options.fetch ?? globalThis.fetch);
  const tracked = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers ?? (input instanceof Request ? input.headers : undefined));
    const call_id = headers.get(CALL_ID_HEADER) ?? crypto.randomUUID();
    headers.delete(CALL_ID_HEADER);
    const facts = factsOf(input, init, options.basePath?.() ?? "/v1");
    const plan = {
      id: attemptId(),
      call_id,
      retry: retryCount(headers),
      workspace_id: options.workspace_id,
      app: options.app ?? null,
      endpoint: facts.endpoint,
      model: facts.model,
      stream: facts.stream,
      tokens: facts.tokens,
      input_tokens: facts.input_tokens,
    };
    const decision = await options.recorder.reserve(plan);
    if (isRefusal(decision)) return refusal(decision);
    const attempt = new Attempt(plan, decision, () => performance.now());
    const body = facts.body === null ? init?.body : facts.body;
    return await exchange(send, input, { ...init, headers, body }, attempt, facts.hides_usage);
  };
  return Object.assign(tracked, { [UNTRACKED]: send });
}

async function exchange(
  send: typeof fetch,
  input: RequestInfo | URL,
  init: RequestInit,
  attempt: Attempt,
  hides_usage: boolean,
): Promise<Response> {
  let response: Response;
  try {
    response = await send(input, init);
  } catch (error) {
    if (neverSent(error)) attempt.unsent(String(error));
    else readFailed(attempt, error);
    throw error;
  }
  attempt.head(response.status, (name) => response.headers.get(name));
  if (response.status < 400) return tapResponse(response, attempt, hides_usage);
  return await errorResponse(response, attempt);
}

/** Error bodies are small and their code is what matters: read at once, whatever the caller does with his copy. */
async function errorResponse(response: Response, attempt: Attempt): Promise<Response> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    attempt.unread();
    throw error;
  }
  attempt.body(text);
  const { status, statusText, headers } = response;
  const copy = new Response(text, { status, statusText, headers });
  Object.defineProperty(copy, "url", { value: response.url });
  return copy;
}

function refusal(decision: Refusal): Response {
  const { status, headers, body } = refusalParts(decision);
  return new Response(body, { status, headers });
}

/** Known only where the connection itself was refused or the name unknown: nothing can have reached the provider. */
function neverSent(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: string }).code ?? "";
    if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test(code)) return true;
    if (/connection refused|dns error|failed to lookup/i.test(cause.message)) return true;
  }
  return false;
}

function factsOf(input: RequestInfo | URL, init: RequestInit | undefined, base_path: string): RequestFacts {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  const path = pathname.startsWith(`${base_path}/`) ? pathname.slice(base_path.length + 1) : pathname.slice(1);
  return requestFacts(path, typeof init?.body === "string" ? init.body : null);
}

function retryCount(headers: Headers): number {
  const count = Number(headers.get("x-stainless-retry-count") ?? "0");
  return Number.isInteger(count) && count >= 0 && count < 1000 ? count : 0;
}
