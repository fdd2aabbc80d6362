/** The sentences of the settings that take effect as they are changed. */
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import type { NoticeSettings } from "../../state/settings.ts";

/** What came of a change. */
export const SAVED = {
  ok: () => say("Saved."),
  failed: (error: unknown) =>
    say("Cannot save: {error}", { error: error instanceof Error ? error.message : `${error}` }),
};

export const UPDATES = {
  heading: "Updates",
  live: "Live updates",
  live_hint: "Numbers arrive as they change. Off: only at the interval below.",
} as const satisfies Record<string, Text>;

export const DISPLAY = {
  heading: "Display",
  language: "Language",
  auto: "As in the browser",
  language_hint: "Of every part of the extension, the panel in the chat page too.",
} as const satisfies Record<string, Text>;

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
} as const satisfies Record<string, Record<"label" | "hint", Text>>;

export const INTERVALS = [5, 10, 15, 30] as const;

export const THEMES = [["system", "System"], ["light", "Light"], ["dark", "Dark"]] as const;
export const SHARES = [["used", "Used"], ["left", "Left"]] as const;
export const TIMES = [["relative", "Wait"], ["absolute", "Time of day"]] as const;
export const BADGES = [["number", "Number"], ["blank", "Blank"]] as const;

type ValueText = (typeof THEMES | typeof SHARES | typeof TIMES | typeof BADGES)[number][1];

/** Each value with its label. */
export function labelled<Value>(values: readonly (readonly [Value, ValueText])[]): (readonly [Value, string])[] {
  return values.map(([value, text]) => [value, say(text)]);
}

export const NOTICES = {
  heading: "Notices",
  what: "Tell me when",
  where: "Show them",
  denied: "The browser was not allowed to show notifications: switch them on again and allow it.",
  thresholds: "Thresholds",
  thresholds_hint:
    "Used shares in percent, at most five. Empty: where the service warns. A full limit is always one more.",
  thresholds_fault: "Cannot use this as thresholds: write up to five whole numbers from 1 to 99, like {example}.",
  quiet: "Quiet hours",
  quiet_hint: "No notices between these times of day.",
  from: "From",
  to: "To",
} as const satisfies Record<string, Text>;

/** Thresholds as they may be typed. */
export const THRESHOLDS_EXAMPLE = "50, 80, 95";

/** The switches of notices, in display order. */
export const NOTICE_KINDS = [
  ["limits", "a limit reaches a threshold"],
  ["problems", "the provider or the service fails"],
  ["recovery", "a full limit opens, or a problem ends"],
] as const satisfies [kind: keyof NoticeSettings["notices"], label: Text][];

export const NOTICE_PLACES = [
  ["page", "in the chat page"],
  ["browser", "as notifications of the browser"],
] as const satisfies [kind: keyof NoticeSettings["notices"], label: Text][];

/** Suggested when quiet hours are switched on. */
export const QUIET_HOURS = { from: "22:00", to: "07:00" };
