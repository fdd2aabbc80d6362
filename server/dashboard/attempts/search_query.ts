/** The search for attempts that a view describes. */
import { customSpan, lengthOf } from "../data/span.ts";
import type { Route } from "../router.ts";

/** Filters with a text, as the route names them. */
export const TEXT_FILTERS = ["model", "app", "error_code", "run", "call_id", "request_id"] as const;

/** Query of `GET /api/quota/attempts`. Of a time span that ends now, only the start is given. */
export function searchQuery({ workspace, range, filters }: Route, now: number): Record<string, string | null> {
  const { from_ms, to_ms } = customSpan(range) ?? { from_ms: now - lengthOf(range), to_ms: null };
  const given = ["outcome", ...TEXT_FILTERS].map((name) => [name, filters[name]?.[0] ?? null] as const);
  const [from, to] = [from_ms, to_ms].map((ms) => ms === null ? null : new Date(ms).toISOString());
  return { workspace_id: workspace, from, to, ...Object.fromEntries(given) };
}
