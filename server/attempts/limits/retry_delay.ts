/** Finds the wait that the body of an error tells, in its words or in a member of its own. */
import { LongText } from "../../core/json/long_values.ts";
import { DURATION_PART, toldTime } from "./told_time.ts";

/** Members by their names without case, `-` and `_`, with the unit of a bare number. */
const MEMBERS: Record<string, string> = {
  retryafter: "s",
  retryafterseconds: "s",
  retryafterms: "ms",
  retryaftermillis: "ms",
  retryin: "s",
  retryinseconds: "s",
  retryinms: "ms",
  // google.rpc.RetryInfo
  retrydelay: "s",
  waitseconds: "s",
  resetinseconds: "s",
  resetsinseconds: "s",
  // Instants: their numbers are seconds or milliseconds since 1970.
  resetsat: "",
  resetat: "",
  retryat: "",
  xratelimitreset: "",
};

const DURATION = `${DURATION_PART}(?:[\\s,]{0,3}(?:and\\s)?${DURATION_PART}){0,4}`;

/** The verb is required, because messages also name the window of the limit: "100 requests in 60 seconds". */
const IN_WORDS = new RegExp(
  `\\b(?:try(?:ing)?\\b[^.!?\\d]{0,40}\\bagain|retry(?:ing)?|retry-after|wait(?:ing)?|available|resets?)\\b[^.!?\\d]{0,40}(${DURATION})`,
  "i",
);
const BARE_SECONDS = /\bretry[- ]after[:=]?\s{0,3}(\d{1,9}(?:\.\d{1,9})?)(?![\d.]*[a-z%])/i;
const AT_DATE =
  /\b(?:again|retry|resets?|available)\b[^.!?\d]{0,20}(\d{4}-\d\d-\d\d[T ][\d:.]{5,18}(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?)/i;
const IN_CHINESE = /(\d{1,9}(?:\.\d{1,9})?)\s{0,3}(毫秒|秒|分钟|小时)\s{0,3}(?:后|之后|以后)/;
const CHINESE_UNITS: Record<string, string> = { "毫秒": "ms", "秒": "s", "分钟": "m", "小时": "h" };

/** Bounds for hostile bodies. */
const MAX_DEPTH = 6;
const MAX_VALUES = 200;
const MAX_TEXT = 2000;

/**
 * @param body of an error, parsed.
 * @returns the wait in the form of `retry-after`; `null` where the body tells none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { retryDelayIn } from "./retry_delay.ts";
 *
 * assert.equal(retryDelayIn({ error: { message: "Rate limit reached. Please try again in 1.2s." } }), "1.2s");
 * assert.equal(retryDelayIn({ error: { details: [{ retryDelay: "34s" }] } }), "34s");
 * assert.equal(retryDelayIn({ error: { message: "Limit: 100 requests in 60 seconds" } }), null);
 * ```
 */
export function retryDelayIn(body: unknown): string | null {
  const search = { values: 0, texts: [] as string[] };
  return inMembers(body, search, 0) ?? firstOf(search.texts, inWords);
}

interface Search {
  values: number;
  /** The texts on the way, for {@link inWords}. */
  texts: string[];
}

/** A member is more exact than words, so it counts wherever it stands. */
function inMembers(value: unknown, search: Search, depth: number): string | null {
  if (++search.values > MAX_VALUES || depth > MAX_DEPTH) return null;
  if (typeof value === "string") search.texts.push(value);
  else if (value instanceof LongText) search.texts.push(value.start);
  if (typeof value !== "object" || value === null || value instanceof LongText) return null;
  return firstOf(
    Object.entries(value),
    ([name, member]) => delayIn(name, member) ?? inMembers(member, search, depth + 1),
  );
}

function delayIn(name: string, value: unknown): string | null {
  const unit = Array.isArray(value) ? undefined : MEMBERS[name.toLowerCase().replace(/[-_]/g, "")];
  if (unit === undefined) return null;
  const text = typeof value === "number" && value >= 0 && value < 1e20 ? plain(value) : value;
  if (typeof text !== "string") return typeof text === "number" ? null : protobufDuration(text);
  const told = /^\d+(?:\.\d+)?$/.test(text) ? `${text}${unit}` : text;
  return toldTime(told, 0) === null ? null : told;
}

/** `{"seconds": 34, "nanos": 500000000}` */
function protobufDuration(value: unknown): string | null {
  const { seconds = 0, nanos = 0 } = (value ?? {}) as Record<string, unknown>;
  const total = Number(seconds) + Number(nanos) / 1e9;
  return total > 0 && total < 1e9 ? `${plain(total)}s` : null;
}

/** Without an exponent, which small numbers have. */
function plain(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(9);
}

function inWords(text: string): string | null {
  const start = text.slice(0, MAX_TEXT);
  const told = IN_WORDS.exec(start)?.[1] ?? AT_DATE.exec(start)?.[1] ?? BARE_SECONDS.exec(start)?.[1];
  if (told !== undefined) return told;
  const chinese = IN_CHINESE.exec(start);
  return chinese ? `${chinese[1]}${CHINESE_UNITS[chinese[2]]}` : null;
}

function firstOf<T>(values: readonly T[], find: (value: T) => string | null): string | null {
  for (const value of values) {
    const found = find(value);
    if (found !== null) return found;
  }
  return null;
}
