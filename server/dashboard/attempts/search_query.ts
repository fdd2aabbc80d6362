/** The search for attempts that a view describes. */
import type { Route } from "../router.ts";

/** Time spans by their name in the address, longest last; the second is used by default. */
export const SPANS = { "1h": 3_600_000, "24h": 86_400_000, "7d": 7 * 86_400_000, "30d": 30 * 86_400_000 } as const;

export const DEFAULT_SPAN = "24h";

/** Filters with a text, as the route names them. */
export const TEXT_FILTERS = ["model", "app", "error_code", "run", "call_id", "request_id"] as const;

/** Query of `GET /api/quota/attempts`, from the start of the time span on. */
export function searchQuery({ workspace, range, filters }: Route, now: number): Record<string, string | null> {
  const span = SPANS[Object.keys(SPANS).includes(range ?? "") ? range as keyof typeof SPANS : DEFAULT_SPAN];
  const given = ["outcome", ...TEXT_FILTERS].map((name) => [name, filters[name]?.[0] ?? null] as const);
  return { workspace_id: workspace, from: new Date(now - span).toISOString(), ...Object.fromEntries(given) };
}
