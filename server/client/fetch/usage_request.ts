/** Whether the usage of a stream is requested for a caller who has not requested it. */
import { UsageRefusals } from "../../attempts/request/usage_refusals.ts";
import { hostOf, isSigned, urlOf } from "./fetch_request.ts";

export interface UsageRequestOptions {
  /** `false`: the usage of a stream is never requested, but estimated, unless the caller requests it. */
  request_usage?: boolean;
}

/** Shared by all clients of the program. */
const refusals = new UsageRefusals();

/** @param model that the request names. */
export function mayRequestUsage(
  { request_usage = true }: UsageRequestOptions,
  input: RequestInfo | URL,
  init: RequestInit | undefined,
  model: string | null,
): boolean {
  // A signed body must not change.
  return request_usage && !isSigned(input, init) && !refusals.has(hostOf(urlOf(input)), model);
}

/** The upstream has answered a stream only without the request. */
export function rememberRefusal(input: RequestInfo | URL, model: string | null): void {
  refusals.add(hostOf(urlOf(input)), model);
}
