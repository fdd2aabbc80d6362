/** Reads, checks and saves the settings of notices. */
import { browser } from "wxt/browser";
import { readManaged } from "./managed.ts";
import { DEFAULT_NOTICE_SETTINGS, NOTICE_SETTINGS_KEY, type NoticeSettings } from "./settings.ts";

const MAX_THRESHOLDS = 5;

const TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d$/;

const KINDS = Object.keys(DEFAULT_NOTICE_SETTINGS.notices);

/** Checks each field, because another version of the extension may have stored it. */
const IS_VALID: Record<keyof NoticeSettings, (value: unknown) => boolean> = {
  notices: (value) => KINDS.every((kind) => typeof property(value, kind) === "boolean"),
  thresholds: (value) => Array.isArray(value) && value.length <= MAX_THRESHOLDS && value.every(isThreshold),
  quiet_hours: (value) => value === null || ["from", "to"].every((end) => TIME_OF_DAY.test(`${property(value, end)}`)),
  muted_until: (value) => value === null || Number.isFinite(value),
};

const NAMES = Object.keys(IS_VALID) as (keyof NoticeSettings)[];

/** The stored settings, with the default of each field that is missing or invalid. */
export function storedNoticeSettings(value: unknown): NoticeSettings {
  const valid = NAMES.filter((name) => IS_VALID[name](property(value, name)));
  const given = Object.fromEntries(valid.map((name) => [name, property(value, name)]));
  const settings: NoticeSettings = { ...DEFAULT_NOTICE_SETTINGS, ...given };
  return { ...settings, thresholds: ascending(settings.thresholds) };
}

function isThreshold(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 99;
}

function property(value: unknown, name: string): unknown {
  return (value as Record<string, unknown> | null | undefined)?.[name];
}

function ascending(thresholds: number[]): number[] {
  return [...new Set(thresholds)].sort((a, b) => a - b);
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
 * assert.deepEqual(parseThresholds("٥٠، ٨٠٪"), [50, 80]);
 * assert.deepEqual(parseThresholds(""), []);
 * assert.equal(parseThresholds("150"), null);
 * ```
 */
export function parseThresholds(text: string): number[] | null {
  const words = text.replace(/[٠-٩０-９]/g, digitOf).split(/[\s,;/%،、，؛٪％]+/).filter((word) => word !== "");
  const thresholds = words.map(Number);
  return IS_VALID.thresholds(thresholds) ? ascending(thresholds) : null;
}

/** The digits of Arabic, and the wide ones of Chinese and Japanese keyboards. Each ten begin at a multiple of 16. */
function digitOf(digit: string): string {
  return `${digit.charCodeAt(0) % 16}`;
}

export async function readNoticeSettings(): Promise<NoticeSettings> {
  const [stored, managed] = await Promise.all([browser.storage.local.get(NOTICE_SETTINGS_KEY), readManaged()]);
  return storedNoticeSettings({ ...(stored[NOTICE_SETTINGS_KEY] as object), ...managed });
}

/** Changes the given fields and keeps the others. The background follows the storage, so no command is needed. */
export async function saveNoticeSettings(changed: Partial<NoticeSettings>): Promise<void> {
  const settings = { ...await readNoticeSettings(), ...changed };
  await browser.storage.local.set({ [NOTICE_SETTINGS_KEY]: settings });
}
