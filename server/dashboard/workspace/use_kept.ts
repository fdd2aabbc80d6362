/** Data of the service that stays on the page while its next version is loaded from another address. */
import { useRef } from "preact/hooks";
import { type Resource, useResource } from "../data/resource.ts";

/** @param kind addresses of the same kind have versions of the same data. */
export function useKept<T>(address: string | null, kind: string, refresh_ms: number | undefined): Resource<T> {
  const loaded = useResource<T>(address, { refresh_ms });
  const last = useRef<{ kind: string; data: T } | null>(null);
  if (loaded.data !== null) last.current = { kind, data: loaded.data };
  if (loaded.data !== null || last.current?.kind !== kind) return loaded;
  return { ...loaded, state: loaded.state === "loading" ? "ready" : loaded.state, data: last.current.data };
}
