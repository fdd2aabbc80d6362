/** A list of the service in pages, of which the next one is loaded on demand. */
import { useState } from "preact/hooks";
import { notify } from "../parts/Toasts.tsx";
import { addressOf, type ApiError, request } from "./api.ts";
import { type Resource, useResource } from "./resource.ts";

interface ListPage<Row> {
  data: Row[];
  next_cursor: string | null;
}

export interface List<Row> extends Resource<Row[]> {
  /** Loads the next page; `null` where there is none. */
  more: (() => void) | null;
  isLoadingMore: boolean;
}

/** Rows of a page. */
const LIMIT = 200;

/**
 * @param path of the route, such as `api/quota/keys`.
 * @param query further parameters, such as filters.
 */
export function useList<Row>(path: string, query: Record<string, string | null> = {}): List<Row> {
  const first = useResource<ListPage<Row>>(addressOf(path, { ...query, limit: LIMIT }));
  const [rest, setRest] = useState<{ after: ListPage<Row> | null; page: ListPage<Row> }>(nothing<Row>());
  const [isLoadingMore, setLoading] = useState(false);
  // A first page that was loaded again begins the list anew.
  const { page } = rest.after === first.data ? rest : nothing<Row>();
  const cursor = page.data.length > 0 ? page.next_cursor : first.data?.next_cursor ?? null;
  const load = async () => {
    setLoading(true);
    try {
      const next = await request<ListPage<Row>>(addressOf(path, { ...query, limit: LIMIT, cursor }));
      setRest({ after: first.data, page: { ...next, data: [...page.data, ...next.data] } });
    } catch (error) {
      notify((error as ApiError).message, "warning");
    }
    setLoading(false);
  };
  return {
    ...first,
    data: first.data && [...first.data.data, ...page.data],
    more: cursor === null ? null : () => void (isLoadingMore || load()),
    isLoadingMore,
  };
}

function nothing<Row>(): { after: null; page: ListPage<Row> } {
  return { after: null, page: { data: [], next_cursor: null } };
}
