/** Where the view outlives the worker: the session area for a wake-up, the local one for the next start. */
import * as z from "zod/mini";
import { StatusBody } from "../../shared/quota.ts";
import { EMPTY_VIEW, type View } from "../../shared/view.ts";
import { VIEW_KEY } from "./stored_view.ts";

/** The part of a storage area that is used here. */
export interface Area {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
}

/** A start may show numbers this much older than the newest: it shows them as old anyway. */
const LOCAL_EVERY_MS = 30_000;

/** What of a stored view is believed again; the rest is found out anew. Its shape may be an older version's. */
const Stored = z.object({
  server_url: z.string(),
  workspace_id: z.string(),
  status: z.nullable(StatusBody),
  confirmed_at: z.nullable(z.number()),
  clock_offset_ms: z.number(),
});

export class ViewStore {
  readonly #session: Area;
  readonly #local: Area;
  #waiting: View | null = null;
  #writing = false;
  #local_at = -Infinity;

  constructor(session: Area, local: Area) {
    this.#session = session;
    this.#local = local;
  }

  /** The last view, from this session or an earlier one; null when there is none that can be used. */
  async load(): Promise<View | null> {
    return await read(this.#session) ?? await read(this.#local);
  }

  /**
   * Stores the view in its turn. One write at a time, and the latest wins: a burst costs two writes, not its length.
   *
   * @param now local epoch milliseconds.
   */
  async save(view: View, now: number): Promise<void> {
    this.#waiting = view;
    if (this.#writing) return;
    this.#writing = true;
    try {
      while (this.#waiting) await this.#write(now);
    } catch {
      // Full or gone: the next view tries again, and surfaces have theirs by the port.
    } finally {
      this.#writing = false;
    }
  }

  async #write(now: number): Promise<void> {
    const items = { [VIEW_KEY]: this.#waiting };
    this.#waiting = null;
    await this.#session.set(items);
    if (Math.abs(now - this.#local_at) < LOCAL_EVERY_MS) return;
    this.#local_at = now;
    await this.#local.set(items);
  }
}

async function read(area: Area): Promise<View | null> {
  try {
    const parsed = Stored.safeParse((await area.get(VIEW_KEY))[VIEW_KEY]);
    return parsed.success ? { ...EMPTY_VIEW, ...parsed.data } : null;
  } catch {
    return null;
  }
}
