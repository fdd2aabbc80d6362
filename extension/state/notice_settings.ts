/** Reads, checks and saves the settings of notices. */
import * as z from "zod/mini";
import { browser } from "wxt/browser";
import { DEFAULT_NOTICE_SETTINGS, NOTICE_SETTINGS_KEY, type NoticeSettings } from "./settings.ts";

const MAX_THRESHOLDS = 5;

const TimeOfDay = z.string().check(z.regex(/^([01]\d|2[0-3]):[0-5]\d$/));

/** Each field is checked alone, so that an invalid one does not reset the others. */
const FIELDS = {
  notices: z.object({
    limits: z.boolean(),
    problems: z.boolean(),
    recovery: z.boolean(),
    page: z.boolean(),
    browser: z.boolean(),
  }),
  thresholds: z.array(z.int().check(z.gte(1), z.lte(99))).check(z.maxLength(MAX_THRESHOLDS)),
  quiet_hours: z.nullable(z.object({ from: TimeOfDay, to: TimeOfDay })),
  muted_until: z.nullable(z.number()),
} satisfies { [Name in keyof NoticeSettings]: z.ZodMiniType<NoticeSettings[Name]> };

/** The stored settings, with the default of each field that is missing or invalid. */
export function storedNoticeSettings(value: unknown): NoticeSettings {
  const stored = (value ?? {}) as Record<string, unknown>;
  const valid = Object.entries(FIELDS).flatMap(([name, schema]) => {
    const parsed = schema.safeParse(stored[name]);
    return parsed.success ? [[name, parsed.data]] : [];
  });
  const settings: NoticeSettings = { ...DEFAULT_NOTICE_SETTINGS, ...Object.fromEntries(valid) };
  return { ...settings, thresholds: [...new Set(settings.thresholds)].sort((a, b) => a - b) };
}

/**
 * Thresholds as a person types them, in percent.
 *
 * @returns null where the text is no list of at most five whole numbers from 1 to 99.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseThresholds } from "./notice_settings.ts";
 *
 * assert.deepEqual(parseThresholds("95, 50 80%"), [50, 80, 95]);
 * assert.deepEqual(parseThresholds(""), []);
 * assert.equal(parseThresholds("150"), null);
 * ```
 */
export function parseThresholds(text: string): number[] | null {
  const words = text.split(/[\s,;/%]+/).filter((word) => word !== "");
  const parsed = FIELDS.thresholds.safeParse(words.map(Number));
  return parsed.success ? [...new Set(parsed.data)].sort((a, b) => a - b) : null;
}

export async function readNoticeSettings(): Promise<NoticeSettings> {
  const stored = await browser.storage.local.get(NOTICE_SETTINGS_KEY);
  return storedNoticeSettings(stored[NOTICE_SETTINGS_KEY]);
}

/** Changes the given fields and keeps the others. The background follows the storage, so no command is needed. */
export async function saveNoticeSettings(changed: Partial<NoticeSettings>): Promise<void> {
  const settings = { ...await readNoticeSettings(), ...changed };
  await browser.storage.local.set({ [NOTICE_SETTINGS_KEY]: settings });
}
