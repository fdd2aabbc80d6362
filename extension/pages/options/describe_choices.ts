/** The sentences of the settings that take effect as they are changed. */
import type { NoticeSettings } from "../../state/settings.ts";

/** What came of a change. */
export const SAVED = {
  ok: "Saved.",
  failed: (error: unknown) => `Cannot save: ${error instanceof Error ? error.message : error}`,
};

export const UPDATES = {
  heading: "Updates",
  live: "Live updates",
  live_hint: "Numbers arrive as they change. Off: only at the interval below.",
};

export const DISPLAY = { heading: "Display" };

/** The preferences with a few values. */
export const DISPLAY_TEXTS = {
  theme: { label: "Theme", hint: "Of the popup and of this page. The panel takes the theme of the chat page." },
  share: { label: "Share that a meter shows first", hint: "The badge always shows how much is used." },
  time: { label: "Times", hint: "When a limit resets or opens: how long until then, or the time of day." },
  badge_when_normal: {
    label: "Badge while all is well",
    hint: "Blank: the badge appears once a limit comes close.",
  },
  refresh_seconds: {
    label: "Refresh interval",
    hint: "Used while there are no live updates. Numbers older than 45 s are never shown as current.",
  },
};

export const INTERVALS = ([5, 10, 15, 30] as const).map((seconds) => [seconds, `${seconds} s`] as const);
export const THEMES = [["system", "System"], ["light", "Light"], ["dark", "Dark"]] as const;
export const SHARES = [["used", "Used"], ["left", "Left"]] as const;
export const TIMES = [["relative", "Wait"], ["absolute", "Time of day"]] as const;
export const BADGES = [["number", "Number"], ["blank", "Blank"]] as const;

export const NOTICES = {
  heading: "Notices",
  what: "Tell me when",
  where: "Show them",
  denied: "The browser was not allowed to show notifications: switch them on again and allow it.",
  thresholds: "Thresholds",
  thresholds_hint:
    "Used shares in percent, at most five. Empty: where the service warns. A full limit is always one more.",
  thresholds_fault: "Cannot use this as thresholds: write up to five whole numbers from 1 to 99, like 50, 80, 95.",
  quiet: "Quiet hours",
  quiet_hint: "No notices between these times of day.",
  from: "From",
  to: "To",
};

/** The switches of notices, in display order. */
export const NOTICE_KINDS: [kind: keyof NoticeSettings["notices"], label: string][] = [
  ["limits", "a limit reaches a threshold"],
  ["problems", "the provider or the service fails"],
  ["recovery", "a full limit opens, or a problem ends"],
];

export const NOTICE_PLACES: [kind: keyof NoticeSettings["notices"], label: string][] = [
  ["page", "in the chat page"],
  ["browser", "as notifications of the browser"],
];

/** Suggested when quiet hours are switched on. */
export const QUIET_HOURS = { from: "22:00", to: "07:00" };
