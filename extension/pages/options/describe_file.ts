/** The sentences about the settings as a file. */
import type { NoticeSettings, Preferences, Settings } from "../../state/settings.ts";

/** What a file sets. A setting that it leaves out stays as it is. */
export interface FileContent {
  settings: Partial<Settings>;
  preferences: Partial<Preferences>;
  notices: Partial<NoticeSettings>;
}

export const FILE = {
  heading: "Settings file",
  text: "Takes the settings on this page to another browser. It holds no key: that browser is paired by itself.",
  export: "Export",
  import: "Import…",
  apply: "Apply",
  cancel: "Cancel",
  denied: "Nothing was imported: the browser was not allowed to reach the addresses in the file.",
  name: "quota-gauge-settings.json",
};

/** What each setting accepts, after "it must be". */
export const ACCEPTED: Record<string, string> = {
  server_url: "the address of a service, like http://127.0.0.1:8787",
  workspace_id: "1 to 64 letters, digits, - or _, beginning with a letter or digit",
  chat_page: "the address of a page, like https://chat.example.com, or empty",
  chat_selector: "a CSS selector, or empty",
  time: "relative or absolute",
  share: "used or left",
  workspace: "chosen or tightest",
  live_updates: "true or false",
  refresh_seconds: "5, 10, 15 or 30",
  theme: "system, light or dark",
  badge_when_normal: "number or blank",
  language: "auto, en, de, fr, es, ja, zh or ar",
  notices: "limits, problems, recovery, page and browser, each true or false",
  thresholds: "up to five whole numbers from 1 to 99, ascending",
  quiet_hours: "null, or from and to like 22:00",
};

export const FILE_FAULTS = {
  no_json: "Cannot read the file: it is not JSON.",
  no_settings: "Cannot read the file: it holds no settings of Quota Gauge.",
  other_version: "Cannot read the file: another version of the extension wrote it. Update this one and export again.",
  secret: (name: string) =>
    `Cannot import "${name}": it looks like a key. Remove it from the file, and pair this browser.`,
  unknown: (name: string) => `Cannot import "${name}": this version has no such setting.`,
  value: (name: string, text: string, accepted: string) =>
    `Cannot import "${name}": it is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}, and it must be ${accepted}.`,
};

/** Names what a file changes, before it does. */
export function describeContent(name: string, { settings, preferences, notices }: FileContent): string {
  const count = [settings, preferences, notices].flatMap(Object.keys).length;
  const service = settings.server_url ? `, with the service ${settings.server_url}` : "";
  return `${name} sets ${count === 1 ? "1 setting" : `${count} settings`}${service}.`;
}
