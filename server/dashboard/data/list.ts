/** A list of the service in pages, of which the next one is loaded on demand. */
import { useEffect, useRef, useState } from "preact/hooks";
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

/** The rows behind those of the first page. */
interface Rest<Row> {
  after: ListPage<Row> | null;
  rows: Row[];
  cursor: string | null;
}

/** Rows of a page. */
const LIMIT = 200;

/**
 * @param path of the route, such as `api/quota/keys`.
 * @param query further parameters, such as filters.
 */
export function useList<Row>(path: string, query: Record<string, string | null> = {}): List<Row> {
  const first = useResource<ListPage<Row>>(addressOf(path, { ...query, limit: LIMIT }));
  const begin = first.data;
  const current = useRef(begin);
  current.current = begin;
  const [known, setRest] = useState<Rest<Row>>({ after: null, rows: [], cursor: null });
  const [isLoadingMore, setLoading] = useState(false);
  // A first page that was loaded again begins the list anew.
  const rest = known.after === begin ? known : { after: begin, rows: [], cursor: begin?.next_cursor ?? null };
  const load = async () => {
    setLoading(true);
    let { rows } = rest;
    try {
      const next = (cursor: string) => request<ListPage<Row>>(addressOf(path, { ...query, limit: LIMIT, cursor }));
      for await (const page of pagesAfter(rest.cursor, next)) {
        if (current.current !== begin) break;
        rows = [...rows, ...page.data];
        setRest({ after: begin, rows, cursor: page.next_cursor });
      }
    } catch (error) {
      notify((error as ApiError).message, "warning");
    }
    setLoading(false);
  };
  useEffect(() => {
    if (begin && begin.next_cursor !== null && begin.data.length < LIMIT) void load();
  }, [begin]);
  useEffect(() => () => void (current.current = null), []);
  return {
    ...first,
    data: begin && [...begin.data, ...rest.rows],
    more: rest.cursor === null ? null : () => void (isLoadingMore || load()),
    isLoadingMore,
  };
}

/**
 * The next pages, until they have as many rows as one page. A search may answer with fewer rows, even with none, before it
 * has ended.
 *
 * @param cursor of the page before; `null` if it was the last one.
 */
export async function* pagesAfter<Row>(
  cursor: string | null,
  load: (cursor: string) => Promise<ListPage<Row>>,
): AsyncGenerator<ListPage<Row>> {
  for (let rows = 0; cursor !== null && rows < LIMIT;) {
    const page = await load(cursor);
    rows += page.data.length;
    cursor = page.next_cursor;
    yield page;
  }
}
