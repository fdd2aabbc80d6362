/** What the provider's rate-limit headers say. They may be absent, also on a 429, and −1 or 0 on Azure. */
import { goDuration } from "./go_duration.ts";

/** One family of headers. `reset_ms` is from the response's arrival. */
export interface ReportedLimit {
  limit: number;
  remaining: number;
  reset_ms: number | null;
}

/** Both families, `null` where the provider did not say. */
export interface ReportedLimits {
  requests: ReportedLimit | null;
  tokens: ReportedLimit | null;
}

const FAMILIES = ["requests", "tokens", "project-tokens"].map((family) => ({
  limit: `x-ratelimit-limit-${family}`,
  others: [`x-ratelimit-remaining-${family}`, `x-ratelimit-reset-${family}`],
}));

const WAITS = ["retry-after", "retry-after-ms"];

const NOTHING: Readonly<Record<string, string>> = Object.freeze({});

/**
 * The `x-ratelimit-*` headers that a response carries, and how long an error asks to wait; names in lower case. A family
 * without its limit is not asked for its other parts, and a success not for its wait: each question costs half a
 * microsecond of every call.
 */
export function limitHeaders(
  status: number,
  get: (name: string) => string | null | undefined,
): Readonly<Record<string, string>> {
  let kept: Record<string, string> | null = null;
  const keep = (name: string) => {
    const value = get(name);
    if (value) (kept ??= {})[name] = value;
    return value;
  };
  for (const { limit, others } of FAMILIES) if (keep(limit)) others.forEach(keep);
  if (status >= 400) WAITS.forEach(keep);
  return kept ?? NOTHING;
}

/**
 * Reads the kept headers. Of the organization's and the project's tokens, the one with less left decides.
 *
 * @example
 * ```ts
 * import { reportedLimits } from "./rate_limit_headers.ts";
 *
 * const { requests } = reportedLimits({
 *   "x-ratelimit-limit-requests": "500",
 *   "x-ratelimit-remaining-requests": "12",
 *   "x-ratelimit-reset-requests": "6m0s",
 * });
 * console.assert(requests?.remaining === 12 && requests.reset_ms === 360_000);
 * ```
 */
export function reportedLimits(headers: Readonly<Record<string, string>>): ReportedLimits {
  const own = family(headers, "tokens");
  const project = family(headers, "project-tokens");
  const tokens = own && project ? (project.remaining < own.remaining ? project : own) : own ?? project;
  return { requests: family(headers, "requests"), tokens };
}

function family(headers: Readonly<Record<string, string>>, name: string): ReportedLimit | null {
  const limit = count(headers[`x-ratelimit-limit-${name}`]);
  const remaining = count(headers[`x-ratelimit-remaining-${name}`]);
  if (limit === null || remaining === null || limit === 0) return null;
  const reset = headers[`x-ratelimit-reset-${name}`];
  return { limit, remaining, reset_ms: reset === undefined ? null : goDuration(reset) };
}

function count(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/** Longest wait that a provider's word is believed for: a day, which is also its longest window. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/**
 * How long the provider asks to wait: `retry-after-ms` before `retry-after` (seconds or a date), clamped to a day.
 *
 * @returns milliseconds; `null` when it does not say, or says nonsense.
 */
export function retryAfter(headers: Readonly<Record<string, string>>, now_ms: number): number | null {
  const ms = Number.parseFloat(headers["retry-after-ms"] ?? "");
  if (ms >= 0) return Math.min(ms, LONGEST_WAIT_MS);
  const text = headers["retry-after"];
  if (!text) return null;
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : httpDate(text) - now_ms;
  return Number.isNaN(wait) ? null : Math.min(Math.max(0, wait), LONGEST_WAIT_MS);
}

/** `Date.parse` takes almost anything that ends in a number for a date: only what begins with a weekday is one. */
function httpDate(text: string): number {
  return /^[A-Z][a-z]{2,8}, .{1,40}$/.test(text) ? Date.parse(text) : NaN;
}
