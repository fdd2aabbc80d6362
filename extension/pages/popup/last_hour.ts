/** The calls of the last hour by minute, asked of the service while the popup is open. */
import type { View } from "../../../shared/view.ts";

const MINUTE_MS = 60_000;
const MINUTES = 60;

/**
 * One number for each minute, the present one last.
 *
 * @param key for the service; null where it needs none.
 * @param now local epoch milliseconds.
 * @returns null where the service has no history: one of an older version, or one that cannot be reached.
 */
export async function readLastHour(
  { server_url, workspace_id, clock_offset_ms }: View,
  key: string | null,
  now: number,
  fetch_: typeof fetch = fetch,
): Promise<number[] | null> {
  const from = new Date(now + clock_offset_ms - (MINUTES - 1) * MINUTE_MS).toISOString();
  const query = new URLSearchParams({ workspace_id, from, step: "minute" });
  try {
    // A redirect is not followed, so that the key reaches no other server.
    const response = await fetch_(`${server_url}/api/quota/history?${query}`, {
      headers: key ? { authorization: `Bearer ${key}` } : {},
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    });
    const { points } = await response.json();
    return points.slice(-MINUTES).map((point: { calls?: unknown } | null) => Number(point?.calls) || 0);
  } catch {
    return null;
  }
}
