/** Reads the rate-limit headers of providers. They can be absent, even on a 429, and −1 or 0 on Azure. */
import { parseGoDuration } from "../go_duration.ts";
import {
  FAMILIES,
  type Family,
  OPENAI_FAMILIES,
  POLICY_HEADERS,
  type ReportedLimit,
  type ReportedLimits,
} from "./header_families.ts";
import { policyLimits } from "./policy_headers.ts";
import { MAX_RESET_MS, toldTime } from "./told_time.ts";

type Headers = Readonly<Record<string, string>>;

const NOTHING: Headers = Object.freeze({});
const NO_LIMITS: Readonly<ReportedLimits> = Object.freeze({ requests: null, tokens: null });

const WAITS_MS = ["retry-after-ms", "x-ms-retry-after-ms", "x-retry-after-ms"];
const WAITS = ["retry-after", "x-retry-after"];

/**
 * Copies a response's rate-limit headers, and an error's `retry-after*`, with names in lower case. Each lookup costs a tenth
 * to half a microsecond per call, so a family without its limit, the families of other providers where OpenAI's are found, and the
 * `retry-after*` of a success are not looked up.
 */
export function limitHeaders(status: number, get: (name: string) => string | null | undefined): Headers {
  let kept = keepFamilies(null, OPENAI_FAMILIES, get);
  if (kept === null) {
    kept = keepFamilies(kept, FAMILIES, get);
    for (const name of POLICY_HEADERS) kept = keep(kept, name, get(name));
  }
  if (status >= 400) {
    for (const name of WAITS_MS) kept = keep(kept, name, get(name));
    for (const name of WAITS) kept = keep(kept, name, get(name));
  }
  return kept ?? NOTHING;
}

type Kept = Record<string, string> | null;

function keepFamilies(kept: Kept, families: readonly Family[], get: (name: string) => string | null | undefined): Kept {
  for (const { limit, remaining, reset } of families) {
    const said = get(limit);
    if (!said) continue;
    kept = keep(kept, limit, said);
    kept = keep(kept, remaining, get(remaining));
    kept = keep(kept, reset, get(reset));
  }
  return kept;
}

function keep(kept: Kept, name: string, value: string | null | undefined): Kept {
  if (!value) return kept;
  kept ??= {};
  kept[name] = value;
  return kept;
}

/**
 * Parses the copied headers. Of several limits of one unit, such as the organization's and the project's, or a minute's and a
 * day's, the one with less remaining is used. A limit that cannot be read is unknown.
 *
 * @param now_ms for a reset that is told as an instant.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { reportedLimits } from "./rate_limit_headers.ts";
 *
 * const { requests } = reportedLimits({
 *   "x-ratelimit-limit-requests": "500",
 *   "x-ratelimit-remaining-requests": "12",
 *   "x-ratelimit-reset-requests": "6m0s",
 * }, Date.now());
 * assert.equal(requests?.remaining, 12);
 * assert.equal(requests?.reset_ms, 360_000);
 * ```
 */
export function reportedLimits(headers: Headers, now_ms: number): ReportedLimits {
  if (headers === NOTHING) return NO_LIMITS;
  const limits = { ...NO_LIMITS };
  if (readFamilies(limits, OPENAI_FAMILIES, headers, now_ms)) return limits;
  readFamilies(limits, FAMILIES, headers, now_ms);
  for (const { unit, ...limit } of policyLimits(headers)) limits[unit] = tighter(limits[unit], limit);
  return limits;
}

/** Returns whether a limit was found. */
function readFamilies(into: ReportedLimits, families: readonly Family[], headers: Headers, now_ms: number): boolean {
  let isFound = false;
  for (const family of families) {
    if (headers[family.limit] === undefined) continue;
    const limit = reported(headers, family, now_ms);
    if (limit) into[family.unit] = tighter(into[family.unit], limit);
    isFound ||= limit !== null;
  }
  return isFound;
}

function tighter(known: ReportedLimit | null, other: ReportedLimit): ReportedLimit {
  return known !== null && known.remaining <= other.remaining ? known : other;
}

function reported(headers: Headers, names: Family, now_ms: number): ReportedLimit | null {
  const limit = count(headers[names.limit]);
  const remaining = limit === null ? null : count(headers[names.remaining]);
  if (limit === null || remaining === null || limit === 0) return null;
  const reset = headers[names.reset];
  return { limit, remaining, reset_ms: reset === undefined ? null : resetTime(reset, now_ms) };
}

function resetTime(text: string, now_ms: number): number | null {
  // The form of most providers, which is read in a tenth of the time.
  const time = parseGoDuration(text) ?? toldTime(text, now_ms);
  return time === null || time > MAX_RESET_MS ? null : time;
}

/** Also with thousands separators, as `100.0`, with a window behind it (`100, 100;w=60`), or repeated by a proxy. */
const COUNT_IN_TEXT =
  /^(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.0{1,12})?(?:\s*[,;]\s*(?:\d+\s*;\s*)?w=\d.*|(?:, \1(?:\.0{1,12})?)+)?$/;

/** Parses one to fifteen digits. A regular expression costs four times as much as this loop, twice per call. */
function count(text: string | undefined): number | null {
  if (text === undefined || text.length === 0) return null;
  let sum = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9 || at > 14) return countInText(text);
    sum = sum * 10 + digit;
  }
  return sum;
}

function countInText(text: string): number | null {
  const found = text.length > 200 ? null : COUNT_IN_TEXT.exec(text.trim());
  return found ? Number(found[1].replaceAll(",", "")) : null;
}

/** The provider's longest window. A longer wait is a mistake. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * The wait that the provider requests, at most a day. Milliseconds come before `retry-after`: seconds, a duration, or a date.
 *
 * @returns milliseconds; `null` if the headers are absent or invalid.
 */
export function retryAfter(headers: Headers, now_ms: number): number | null {
  for (const name of WAITS_MS) {
    const ms = Number.parseFloat(headers[name] ?? "");
    if (ms >= 0) return Math.min(ms, MAX_RETRY_AFTER_MS);
  }
  for (const name of WAITS) {
    const wait = toldTime(headers[name] ?? "", now_ms);
    if (wait !== null) return Math.min(wait, MAX_RETRY_AFTER_MS);
  }
  return null;
}

/**
 * The copied headers with a wait that the body of an error tells, unless they have one themselves.
 *
 * @param told in the form of `retry-after`; `undefined` if the body tells none.
 */
export function withRetryAfter(headers: Headers, told: string | undefined): Headers {
  return told === undefined || retryAfter(headers, 0) !== null ? headers : { ...headers, "retry-after": told };
}
