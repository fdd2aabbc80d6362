/** Data of the service in a component: loaded, kept current, and dropped when the component goes. */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ApiError, request } from "./api.ts";

/**
 * - `loading` nothing is known yet
 * - `ready` `data` is current
 * - `offline` the service cannot be reached; `data` is the last that was known, if any
 * - `error` the service refused; `error` says why
 */
export interface Resource<T> {
  state: "loading" | "ready" | "offline" | "error";
  data: T | null;
  error: ApiError | null;
  /** Loads again now. */
  refresh: () => void;
}

interface ResourceOptions {
  /** Loads again after this time, while the page is visible; by default never. */
  refresh_ms?: number;
}

/**
 * The answer of a GET. Another address aborts the request before it and drops its data.
 *
 * @param address of {@link addressOf}; `null` loads nothing.
 */
export function useResource<T>(address: string | null, { refresh_ms }: ResourceOptions = {}): Resource<T> {
  const [known, setKnown] = useState<Omit<Resource<T>, "refresh"> & { address: string | null }>(nothing(address));
  const reload = useRef<() => void>(() => {});
  useEffect(() => {
    if (address === null) return;
    const controller = new AbortController();
    const { signal } = controller;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const load = async () => {
      clearTimeout(timer);
      try {
        const data = await request<T>(address, { signal });
        if (!signal.aborted) setKnown({ address, state: "ready", data, error: null });
      } catch (error) {
        if (signal.aborted) return;
        const state = (error as ApiError).isOffline ? "offline" : "error";
        setKnown((before) => ({
          ...before.address === address ? before : nothing(address),
          state,
          error: error as ApiError,
        }));
      }
      // Two loads may end one after the other: only one of them goes on.
      clearTimeout(timer);
      if (refresh_ms !== undefined && !signal.aborted) timer = setTimeout(loadIfVisible, refresh_ms);
    };
    const loadIfVisible = () => void (document.visibilityState === "visible" && load());
    reload.current = () => void load();
    if (refresh_ms !== undefined) document.addEventListener("visibilitychange", loadIfVisible, { signal });
    void load();
    return () => {
      controller.abort();
      clearTimeout(timer);
    };
  }, [address, refresh_ms]);
  const refresh = useCallback(() => reload.current(), []);
  return { ...known.address === address ? known : nothing<T>(address), refresh };
}

function nothing<T>(address: string | null): Omit<Resource<T>, "refresh"> & { address: string | null } {
  return { address, state: "loading", data: null, error: null };
}
