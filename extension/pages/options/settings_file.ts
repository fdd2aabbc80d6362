/** The settings as a file. It never holds a key or another secret. */
import { say } from "../../../shared/words/say.ts";
import { storedNoticeSettings } from "../../state/notice_settings.ts";
import { validIn } from "../../state/preferences.ts";
import type { NoticeSettings, Preferences, Settings } from "../../state/settings.ts";
import { managedSettings } from "../../state/settings_check.ts";
import { FILE_FAULTS, type FileContent, valueFault } from "./describe_file.ts";

/** Grows when an older version of the extension could misread the file. */
const VERSION = 1;
const VERSION_NAME = "quota_gauge_settings";

/** The file's text. Until when notices are muted is left out: it holds for today alone. */
export function writeFile(
  settings: Settings,
  preferences: Preferences,
  { muted_until: _, ...notices }: NoticeSettings,
): string {
  return JSON.stringify({ [VERSION_NAME]: VERSION, ...settings, ...preferences, ...notices }, null, 2) + "\n";
}

/**
 * Reads a file.
 *
 * @returns its content, or one sentence for each fault; then nothing of it may be used.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "./settings_file.ts";
 *
 * const read = readFile('{ "quota_gauge_settings": 1, "theme": "dark" }');
 * assert.deepEqual(read, { settings: {}, preferences: { theme: "dark" }, notices: {} });
 * ```
 */
export function readFile(text: string): FileContent | string[] {
  const items = parse(text);
  if (typeof items === "string") return [items];
  const { [VERSION_NAME]: _, ...given } = items;
  const content = contentOf(given);
  const taken = new Set(Object.values(content).flatMap(Object.keys));
  const faults = Object.keys(given).filter((name) => !taken.has(name)).map((name) => faultOf(name, given[name]));
  return faults.length > 0 ? faults : content;
}

/** The names of the settings that a policy sets. */
export function managedNames(managed: Record<string, unknown>): ReadonlySet<string> {
  return new Set(Object.values(contentOf(managed)).flatMap(Object.keys));
}

function contentOf(given: Record<string, unknown>): FileContent {
  return { settings: managedSettings(given), preferences: validIn(given), notices: noticesIn(given) };
}

function parse(text: string): Record<string, unknown> | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return say(FILE_FAULTS.no_json);
  }
  const version = (value as Record<string, unknown> | null)?.[VERSION_NAME];
  if (typeof version !== "number") return say(FILE_FAULTS.no_settings);
  return version === VERSION ? value as Record<string, unknown> : say(FILE_FAULTS.other_version);
}

/** Each setting alone: it is valid if a check of the stored settings leaves it as it is. */
function noticesIn(given: Record<string, unknown>): Partial<NoticeSettings> {
  const checked = storedNoticeSettings(given);
  const names = (["notices", "thresholds", "quiet_hours"] as const).filter((name) => name in given);
  const valid = names.filter((name) => JSON.stringify(checked[name]) === JSON.stringify(given[name]));
  return Object.fromEntries(valid.map((name) => [name, checked[name]]));
}

/** A value is not repeated where it may be a secret. */
function faultOf(name: string, value: unknown): string {
  const text = JSON.stringify(value);
  if (name === "key" || /qg_(read|ingest|admin)_|sk-/.test(text)) return say(FILE_FAULTS.secret, { name });
  return valueFault(name, text);
}
