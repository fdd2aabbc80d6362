/** Requests to the service that served the page. */
import { noteServiceTime } from "./now.ts";
import type { Problem } from "../../../shared/problem.ts";

/** A request that was refused, or that did not reach the service: `status` is 0 then. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly code: string;
  readonly status: number;
  readonly retry_after_ms: number | null;

  constructor(message: string, { code, status, retry_after_ms = null }: {
    code: string;
    status: number;
    retry_after_ms?: number | null;
  }) {
    super(message);
    [this.code, this.status, this.retry_after_ms] = [code, status, retry_after_ms];
  }

  get isOffline(): boolean {
    return this.status === 0;
  }
}

interface ApiRequest {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const listeners = new Set<() => void>();

/** Calls back when the service no longer knows who asks: the session has ended. */
export function onSignedOut(listener: () => void): void {
  listeners.add(listener);
}

type QueryValue = string | number | null | undefined | readonly string[];

/** The address of a path of the service, such as `api/quota/keys`, below any prefix. A list gives a name several values. */
export function addressOf(path: string, query: Record<string, QueryValue> = {}): string {
  const url = new URL(path, document.baseURI);
  for (const [name, value] of Object.entries(query)) {
    for (const each of [value ?? ""].flat()) if (each !== "") url.searchParams.append(name, String(each));
  }
  return url.href;
}

/**
 * Sends a request with the session's cookie.
 *
 * @param path as in {@link addressOf}, or an address that it gave.
 * @returns the JSON of the answer; `null` where it has none.
 * @throws {ApiError} also where the service cannot be reached. An aborted request throws its signal's reason.
 */
export async function request<T>(path: string, { method = "GET", body, headers, signal }: ApiRequest = {}): Promise<T> {
  const response = await fetch(addressOf(path), {
    method,
    signal,
    credentials: "same-origin",
    cache: "no-cache",
    headers: { ...body === undefined ? {} : { "content-type": "application/json" }, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  }).catch((error) => {
    signal?.throwIfAborted();
    throw new ApiError(String(error), { code: "offline", status: 0 });
  });
  noteServiceTime(response.headers.get("date"));
  if (!response.ok) throw await refusalOf(response);
  if (response.status === 204) return null as T;
  const answer = await response.json();
  const tag = response.headers.get("etag");
  if (tag !== null) tags.set(answer, tag);
  return answer;
}

const tags = new WeakMap<object, string>();

/** The `etag` that came with an answer of {@link request}, for `if-match`. */
export function tagOf(answer: object): string | undefined {
  return tags.get(answer);
}

async function refusalOf(response: Response): Promise<ApiError> {
  const { status } = response;
  const { code = "unknown", detail = response.statusText } = await response.json().catch(() => ({})) as Partial<
    Problem
  >;
  if (status === 401) { for (const listener of listeners) listener(); }
  const seconds = Number(response.headers.get("retry-after") ?? NaN);
  return new ApiError(detail, { code, status, retry_after_ms: Number.isNaN(seconds) ? null : seconds * 1000 });
}
