/**
 * The view that is open, in the query of the page's address: `?place=attempts&workspace=acme&range=24h&model=gpt-5.4`. The
 * path stays as it is, so that the page works below any prefix.
 */
import { signal } from "@preact/signals";
import { type PlaceId, placeOf } from "./place_ids.ts";

export interface Route {
  place: PlaceId;
  workspace: string | null;
  /** A time span, in the notation of the place: `24h`, or two instants. */
  range: string | null;
  /** Everything else of the view, such as filters and the order of a table. A name may have several values. */
  filters: Readonly<Record<string, readonly string[]>>;
}

const NAMED = ["place", "workspace", "range"];

/** The view that is open now. */
export const route = signal<Route>(readRoute(""));

/** Follows the address from now on. */
export function startRouter(): void {
  const read = () => route.value = readRoute(location.search);
  addEventListener("popstate", read);
  read();
}

/**
 * Opens another view: what is left out stays, unless the place changes, which has its own filters.
 *
 * @param replace leaves no entry in the history, as for a filter while it is typed.
 */
export function navigate(change: Partial<Route>, { replace = false } = {}): void {
  const next = withChange(route.value, change);
  const isOther = next.place !== route.value.place;
  history[replace ? "replaceState" : "pushState"](null, "", searchOf(next) || location.pathname);
  route.value = next;
  if (isOther) scrollTo(0, 0);
}

/** Sets one filter; without values it is removed. */
export function setFilter(name: string, values: readonly string[]): void {
  navigate({ filters: { ...route.value.filters, [name]: values } }, { replace: true });
}

/** The first value of a filter of the open view; an empty text where it is not set. */
export function filterOf(name: string): string {
  return route.value.filters[name]?.[0] ?? "";
}

/** The address of a view, for a link. */
export function hrefOf(change: Partial<Route>): string {
  return searchOf(withChange(route.value, change)) || "?";
}

function withChange(from: Route, change: Partial<Route>): Route {
  const stays = change.place === undefined || change.place === from.place;
  return { ...from, ...stays ? {} : { filters: {} }, ...change };
}

/**
 * Reads the query of an address. An unknown place is the first one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readRoute } from "./router.ts";
 *
 * const { place, workspace, filters } = readRoute("?place=overview&workspace=acme&kind=read&kind=admin");
 * assert.deepEqual([place, workspace, filters], ["overview", "acme", { kind: ["read", "admin"] }]);
 * ```
 */
export function readRoute(search: string): Route {
  const query = new URLSearchParams(search);
  const names = [...new Set(query.keys())].filter((name) => !NAMED.includes(name));
  return {
    place: placeOf(query.get("place")),
    workspace: query.get("workspace") || null,
    range: query.get("range") || null,
    filters: Object.fromEntries(names.map((name) => [name, query.getAll(name)])),
  };
}

/** The query that {@link readRoute} reads; empty for the first place. */
export function searchOf({ place, workspace, range, filters }: Route): string {
  const pairs: [string, string][] = [["workspace", workspace ?? ""], ["range", range ?? ""]];
  if (place !== placeOf(null)) pairs.unshift(["place", place]);
  for (const [name, values] of Object.entries(filters)) for (const value of values) pairs.push([name, value]);
  const query = new URLSearchParams(pairs.filter(([, value]) => value !== "")).toString();
  return query && `?${query}`;
}
