/** Reads and classifies the provider's errors. Codes come before the status: a 429 can mean rate, billing or capacity. */
import { isProviderFailure, isQuotaError, RATE_ERRORS } from "../../core/error_names.ts";
import { LongText } from "../../core/json/long_values.ts";
import { fieldsOf, isObject } from "../json.ts";
import { retryDelayIn } from "../limits/retry_delay.ts";
import { errorValue, innerError } from "./error_places.ts";

export type ErrorClass = "rate_limited" | "quota_exceeded" | "degraded" | "credentials" | "request";

const CREDENTIALS = new Set(["invalid_api_key", "authentication_error", "permission_error", "permission_denied"]);

/** The only sign of a flex request without capacity, which is a 429 without a code. */
const NO_CAPACITY = /^resource unavailable/i;

/**
 * A request that exceeds the whole limit is refused with the code and status of a rate limit. Waiting does not help it, and
 * nothing stops the requests of others.
 */
const TOO_LARGE = /^request too large\b/i;
const TOO_LARGE_NAME = "request_too_large";

/** The code of some errors inside a 200 is the status that they would have had. */
const STATUS = /^[45]\d\d$/;

/** The provider's error. Every field may be missing. */
export interface ProviderError {
  code: string | null;
  type: string | null;
  message: string | null;
  /** The wait that it tells, in the form of the header `retry-after`; omitted where it tells none. */
  retry_after?: string;
}

/**
 * Classifies an error.
 *
 * @param status the HTTP status; 200 for an error inside a stream.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { errorClass } from "./provider_error.ts";
 *
 * assert.equal(errorClass(429, { code: "insufficient_quota", type: null, message: null }), "quota_exceeded");
 * assert.equal(errorClass(429, { code: null, type: null, message: null }), "rate_limited");
 * ```
 */
export function errorClass(status: number, error: ProviderError): ErrorClass {
  const names = [error.code, error.type].map((name) => name?.toLowerCase() ?? "");
  if (names.some(isQuotaError)) return "quota_exceeded";
  if (names.includes(TOO_LARGE_NAME) || TOO_LARGE.test(error.message ?? "")) return "request";
  if (names.some(isProviderFailure)) return "degraded";
  if ((status === 429 || status < 400) && NO_CAPACITY.test(error.message ?? "")) return "degraded";
  if (names.some((name) => RATE_ERRORS.has(name))) return "rate_limited";
  if (names.some((name) => CREDENTIALS.has(name))) return "credentials";
  if (status < 400 && STATUS.test(names[0])) return errorClass(Number(names[0]), error);
  if (status >= 500) return "degraded";
  if (status === 429) return "rate_limited";
  return status === 401 || status === 403 ? "credentials" : "request";
}

/** The name that the ledger stores: the code, unless only the type (no quota) or message (no capacity, size) is specific. */
export function errorName({ code, type, message }: ProviderError): string | null {
  if (TOO_LARGE.test(message ?? "")) return TOO_LARGE_NAME;
  if (!code && NO_CAPACITY.test(message ?? "")) return "resource_unavailable";
  return code && type && isQuotaError(type.toLowerCase()) && !isQuotaError(code.toLowerCase()) ? type : code ?? type;
}

/** Reads the body of an error, in each shape that providers use. */
export function providerError(body: unknown): ProviderError | null {
  const first = Array.isArray(body) ? body[0] : body;
  if (!isObject(first)) return typeof body === "string" ? delayInText(body) : null;
  const error = withDelay(readError(innerError(first) ?? first), body);
  const isNothing = typeof first.error === "number" || typeof first.error === "boolean";
  return isNothing && !error.code && !error.type && !error.message ? null : error;
}

/**
 * The error in a successful answer; `null` if it has none.
 *
 * @param endpoint of the call: the error of a job that is retrieved is not one of the call.
 */
export function errorInside(body: unknown, endpoint: string): ProviderError | null {
  const value = errorValue(body, endpoint);
  return value === undefined ? null : withDelay(readError(value), value);
}

/** A text that is not JSON has no code: its delay alone is of use. */
function delayInText(text: string): ProviderError | null {
  const error = withDelay(readError(text), text);
  return error.retry_after === undefined ? null : error;
}

function withDelay(error: ProviderError, body: unknown): ProviderError {
  const retry_after = retryDelayIn(body);
  return retry_after === null ? error : { ...error, retry_after };
}

/** Reads an object, a text, or the first of several errors. */
function readError(value: unknown): ProviderError {
  if (Array.isArray(value)) return readError(value[0]);
  if (!isObject(value) || value instanceof LongText) return { code: null, type: null, message: text(value) };
  const { code, type, message } = value;
  return {
    code: text(code) ?? text(value.error_code) ?? text(value.Code) ?? text(fieldsOf(value.detail).errorcode),
    type: text(type) ?? text(value.error_type) ?? text(value.__type) ??
      (typeof value.status === "string" ? text(value.status) : null),
    message: text(message) ?? text(value.msg) ?? text(value.error_msg) ?? text(value.error_message) ??
      text(value.Message) ?? text(value.faultstring) ??
      detailText(value.detail),
  };
}

function detailText(detail: unknown): string | null {
  return Array.isArray(detail) ? readError(detail[0]).message : text(detail);
}

function text(value: unknown): string | null {
  if (value instanceof LongText) return value.start;
  return typeof value === "string" && value ? value.slice(0, 200) : typeof value === "number" ? String(value) : null;
}
