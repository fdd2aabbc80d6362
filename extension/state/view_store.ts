/** Stores the view for the next start of the worker (session area) and of the browser (local area). */
import * as z from "zod/mini";
import { StatusBody } from "../../shared/quota.ts";
import { EMPTY_VIEW, isCurrent, type View } from "../../shared/view.ts";
import { VIEW_KEY } from "./stored_view.ts";

/** A storage area. */
export interface Area {
  get(key: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
}

/** While the numbers change, the local copy may lag by this much: a start of the browser shows it as old anyway. */
const LOCAL_EVERY_MS = 30_000;

/** The fields that are read back. It is checked, because an older version may have stored another shape. */
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
  /** The status in the local copy. */
  #local_status: View["status"] = null;

  constructor(session: Area, local: Area) {
    this.#session = session;
    this.#local = local;
  }

  /** The last view, of this session or an earlier one; null where there is none or it is invalid. */
  async load(): Promise<View | null> {
    return await read(this.#session) ?? await read(this.#local);
  }

  /**
   * Stores the view. Writes do not overlap, and views that arrive during a write replace each other, so that a burst costs
   * two writes.
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
      // The storage is full or gone. The next view tries again, and surfaces get their views by port.
    } finally {
      this.#writing = false;
    }
  }

  async #write(now: number): Promise<void> {
    const view = this.#waiting!;
    const items = { [VIEW_KEY]: view };
    this.#waiting = null;
    await this.#session.set(items);
    // When the connection is lost, the last known status may stay the last for long.
    const isLast = !isCurrent(view) && view.status !== this.#local_status;
    if (!isLast && Math.abs(now - this.#local_at) < LOCAL_EVERY_MS) return;
    this.#local_at = now;
    this.#local_status = view.status;
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
