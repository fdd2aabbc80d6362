import type { LanguageChoice } from "../../shared/words/languages.ts";

/** The settings of the options page, with their defaults. They are kept in `storage.local`. */
export interface Settings {
  /** Origin and path of the service, no trailing slash; empty until the user has connected once. */
  server_url: string;
  /** A normalized workspace id. */
  workspace_id: string;
  /** An http(s) address on whose origin the widget shows. Empty for none. */
  chat_page: string;
  /** CSS selector of the element of the chat page above which the widget sits. Left out: the widget finds its place. */
  chat_selector?: string;
}

export const DEFAULT_SERVER_URL = "http://127.0.0.1:8787";

export const DEFAULT_SETTINGS: Settings = { server_url: "", workspace_id: "default", chat_page: "" };

/** Key of {@link Settings} in `storage.local`. */
export const SETTINGS_KEY = "settings";

/**
 * Which notices are shown, when and where. They are stored apart from {@link Settings}, so that a page that saves one does
 * not overwrite the other.
 */
export interface NoticeSettings {
  /**
   * `limits`: a limit reaches a threshold; `problems`: the provider or the service refuses or fails; `recovery`: a full
   * limit or a problem has ended; `page`: as a toast in the chat page; `browser`: as a notification of the browser, which
   * needs its permission too.
   */
  notices: Record<"limits" | "problems" | "recovery" | "page" | "browser", boolean>;
  /** Used shares in whole percent, 1 to 99, ascending; a full limit is always one more. Empty: the service's warning ratio. */
  thresholds: number[];
  /** Local times of day, like `22:00`. No notice from `from` until `to`, which may be on the next day. */
  quiet_hours: { from: string; to: string } | null;
  /** Local epoch milliseconds until which no notice is shown. */
  muted_until: number | null;
}

export const DEFAULT_NOTICE_SETTINGS: NoticeSettings = {
  notices: { limits: true, problems: true, recovery: true, page: true, browser: false },
  thresholds: [],
  quiet_hours: null,
  muted_until: null,
};

/** Key of {@link NoticeSettings} in `storage.local`. */
export const NOTICE_SETTINGS_KEY = "notice_settings";

/**
 * How a person wants to see the numbers. Each is an item of `storage.sync`, so that it follows them
 * to their other browsers and two pages that change different ones do not overwrite each other.
 */
export interface Preferences {
  /** Whether an instant is shown as a wait (`resets in 3h 12m`) or as a time of day (`resets at 00:00`). */
  time: "relative" | "absolute";
  /** The share that a meter shows first. */
  share: "used" | "left";
  /** Which workspace to show: the one of the settings, or the one closest to a limit of those that the key may read. */
  workspace: "chosen" | "tightest";
  /** Whether numbers arrive as they change, over a WebSocket, or only by polling. */
  live_updates: boolean;
  /** Seconds between two polls while no WebSocket delivers. Numbers older than 45 s are never shown as current. */
  refresh_seconds: 5 | 10 | 15 | 30;
  /** Colours of the popup and the options page. */
  theme: "system" | "light" | "dark";
  /** While the status is normal, the badge shows its number or nothing. */
  badge_when_normal: "number" | "blank";
  /** The language of all surfaces; `auto` is the browser's. */
  language: LanguageChoice;
}

export const DEFAULT_PREFERENCES: Preferences = {
  time: "relative",
  share: "used",
  workspace: "chosen",
  live_updates: true,
  refresh_seconds: 15,
  theme: "system",
  badge_when_normal: "number",
  language: "auto",
};

/** Where the widget sits: in the page's flow beside the composer, or floating in a corner. */
export type Spot = "page" | "top-left" | "top-right" | "bottom-left" | "bottom-right";

/** What a reader has chosen for the widget on one site. */
export interface WidgetSite {
  spot: Spot;
  /** The pill is shown as its shape alone. */
  dot: boolean;
  open: boolean;
  /** Local epoch milliseconds until which the widget is hidden on this site; null while it is shown. */
  hidden_until: number | "always" | null;
}

/** Whether the widget is hidden on a site at `now`, in local epoch milliseconds. */
export function isHidden({ hidden_until }: WidgetSite, now: number): boolean {
  return hidden_until === "always" || (hidden_until ?? 0) > now;
}
