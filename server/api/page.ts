/** Pages of lists: `?limit=` and `?cursor=`. */
import { ProblemError } from "../core/problem_error.ts";

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

/** For {@link Route.query}. */
export const PAGE_QUERY = {
  limit: "Entries in the answer, at most 1,000; 100 by default.",
  cursor: "`next_cursor` of the page before.",
} as const;

/**
 * The page that a request asks for.
 *
 * @returns `cursor`: `null` for the first page.
 * @throws {ProblemError} `invalid_request`.
 */
export function pageOf(query: (name: string) => string | undefined): { limit: number; cursor: number | null } {
  return { limit: limitOf(query), cursor: whole("cursor", query("cursor")) };
}

/**
 * The number of entries that a request asks for.
 *
 * @throws {ProblemError} `invalid_request`.
 */
export function limitOf(query: (name: string) => string | undefined): number {
  return Math.min(MAX_LIMIT, whole("limit", query("limit")) ?? DEFAULT_LIMIT);
}

function whole(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  const detail = `Cannot list with ${name}=${text.slice(0, 40)}: give a whole number from 1`;
  throw new ProblemError("invalid_request", detail);
}
