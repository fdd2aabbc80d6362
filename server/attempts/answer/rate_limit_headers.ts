/** Reads the provider's rate-limit headers. They can be absent, even on a 429, and −1 or 0 on Azure. */
import { parseGoDuration } from "../go_duration.ts";

/** One family of headers. `reset_ms` counts from the response's arrival. */
export interface ReportedLimit {
  limit: number;
  remaining: number;
  reset_ms: number | null;
}

/** Both families; `null` if the provider sends none. */
export interface ReportedLimits {
  requests: ReportedLimit | null;
  tokens: ReportedLimit | null;
}

/** Header names, built once: building them per call costs more than reading the headers. */
const family = (name: string) => ({
  limit: `x-ratelimit-limit-${name}`,
  remaining: `x-ratelimit-remaining-${name}`,
  reset: `x-ratelimit-reset-${name}`,
});
type Family = ReturnType<typeof family>;

const REQUESTS = family("requests");
const TOKENS = family("tokens");
const PROJECT_TOKENS = family("project-tokens");
const FAMILIES = [REQUESTS, TOKENS, PROJECT_TOKENS];

const WAITS = ["retry-after", "retry-after-ms"];

const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

/**
 * Copies a response's `x-ratelimit-*` headers, and an error's `retry-after*`, with names in lower case. Each lookup costs half
 * a microsecond per call, so a family without its limit and the `retry-after*` of a success are not looked up.
 */
export function limitHeaders(
  status: number,
  get: (name: string) => string | null | undefined,
): Readonly<Record<string, string>> {
  let kept: Record<string, string> | null = null;
  for (const { limit, remaining, reset } of FAMILIES) {
    const said = get(limit);
    if (!said) continue;
    kept = keep(kept, limit, said);
    kept = keep(kept, remaining, get(remaining));
    kept = keep(kept, reset, get(reset));
  }
  if (status >= 400) { for (const name of WAITS) kept = keep(kept, name, get(name)); }
  return kept ?? NOTHING;
}

type Kept = Record<string, string> | null;

function keep(kept: Kept, name: string, value: string | null | undefined): Kept {
  if (!value) return kept;
  kept ??= {};
  kept[name] = value;
  return kept;
}

/**
 * Parses the copied headers. Of the organization's and the project's token limits, the one with less remaining is used.
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
 * });
 * assert.equal(requests?.remaining, 12);
 * assert.equal(requests?.reset_ms, 360_000);
 * ```
 */
export function reportedLimits(headers: Readonly<Record<string, string>>): ReportedLimits {
  if (headers === NOTHING) return NO_LIMITS;
  const own = reported(headers, TOKENS);
  const project = reported(headers, PROJECT_TOKENS);
  const tokens = own && project ? (project.remaining < own.remaining ? project : own) : own ?? project;
  return { requests: reported(headers, REQUESTS), tokens };
}

const NO_LIMITS: Readonly<ReportedLimits> = Object.freeze({ requests: null, tokens: null });

function reported(headers: Readonly<Record<string, string>>, names: Family): ReportedLimit | null {
  const limit = count(headers[names.limit]);
  const remaining = limit === null ? null : count(headers[names.remaining]);
  if (limit === null || remaining === null || limit === 0) return null;
  const reset = headers[names.reset];
  return { limit, remaining, reset_ms: reset === undefined ? null : parseGoDuration(reset) };
}

/** Parses one to fifteen digits. A regular expression costs four times as much as this loop, twice per call. */
function count(text: string | undefined): number | null {
  if (text === undefined || text.length === 0 || text.length > 15) return null;
  let sum = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return null;
    sum = sum * 10 + digit;
  }
  return sum;
}

/** The provider's longest window. A longer wait is a mistake. */
const MAX_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * The wait that the provider requests, at most a day. `retry-after-ms` comes before `retry-after` (seconds or a date).
 *
 * @returns milliseconds; `null` if the headers are absent or invalid.
 */
export function retryAfter(headers: Readonly<Record<string, string>>, now_ms: number): number | null {
  const ms = Number.parseFloat(headers["retry-after-ms"] ?? "");
  if (ms >= 0) return Math.min(ms, MAX_RETRY_AFTER_MS);
  const text = headers["retry-after"];
  if (!text) return null;
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : httpDate(text) - now_ms;
  return Number.isNaN(wait) ? null : Math.min(Math.max(0, wait), MAX_RETRY_AFTER_MS);
}

/** Requires a weekday, because `Date.parse` accepts almost any text that ends in a number. */
function httpDate(text: string): number {
  return /^[A-Z][a-z]{2,8}, .{1,40}$/.test(text) ? Date.parse(text) : NaN;
}
