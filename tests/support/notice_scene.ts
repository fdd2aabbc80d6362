/** A workspace over time, as the rules of notices see it. Times are seconds since noon; both clocks agree. */
import { consider, type Notice, type NoticeState } from "../../extension/notices/consider.ts";
import { DEFAULT_NOTICE_SETTINGS, type NoticeSettings } from "../../extension/state/settings.ts";
import type { StatusBody } from "../../shared/quota.ts";
import { type Connection, EMPTY_VIEW, type View } from "../../shared/view.ts";
import { meter, NOON, statusBody, wire } from "./statuses.ts";

const DAY_S = 86_400;

/** Used requests of a minute of 100 and of a day of 1,000. */
export interface Use {
  minute?: number;
  day?: number;
}

/** The status of a workspace at a time; the day ends at midnight, twelve hours after the scene begins. */
export function statusAt(seconds: number, { minute = 0, day = 0 }: Use, more: Partial<StatusBody> = {}): StatusBody {
  const midnight = (Math.floor((seconds + DAY_S / 2) / DAY_S) + 0.5) * DAY_S;
  return statusBody({
    server_time: wire(NOON + seconds * 1000),
    stats: {
      requests_per_minute: meter(minute, 100, { resets_at: wire(NOON + seconds * 1000 + 40_000) }),
      requests_per_day: meter(day, 1000, { window: "calendar_day", resets_at: wire(NOON + midnight * 1000) }),
      tokens_per_minute: null,
      tokens_per_day: null,
    },
    ...more,
  });
}

export class Scene {
  state: NoticeState | null = null;
  settings: NoticeSettings = DEFAULT_NOTICE_SETTINGS;
  readonly notices: Notice[] = [];

  /** The next view. Returns its notice as text, like `limits requests_per_minute 90`; null for none. */
  at(seconds: number, use: Use, more: Partial<StatusBody> = {}): string | null {
    return this.#see(seconds, viewAt(seconds, "live", statusAt(seconds, use, more)));
  }

  /** A view whose numbers are not current. */
  without(seconds: number, connection: Connection): string | null {
    return this.#see(seconds, viewAt(seconds, connection, null));
  }

  #see(seconds: number, view: View): string | null {
    const { state, notice } = consider(this.state, view, this.settings, NOON + seconds * 1000);
    // As storage keeps it.
    this.state = structuredClone(state);
    if (notice) this.notices.push(notice);
    return notice && `${notice.kind} ${notice.key} ${notice.level}`;
  }

  set(settings: Partial<NoticeSettings>): void {
    this.settings = { ...this.settings, ...settings };
  }
}

function viewAt(seconds: number, connection: Connection, status: StatusBody | null): View {
  const confirmed_at = status ? NOON + seconds * 1000 : null;
  return { ...EMPTY_VIEW, connection, server_url: "http://127.0.0.1:8787", workspace_id: "acme", status, confirmed_at };
}
