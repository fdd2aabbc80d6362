/** The sentences about the settings as a file. */
import { LANGUAGES } from "../../../shared/words/languages.ts";
import { currentLocale, say, sayCount } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { DEFAULT_NOTICE_SETTINGS, type NoticeSettings, type Preferences, type Settings } from "../../state/settings.ts";

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
} as const satisfies Record<string, Text>;

/** Of the exported file. */
export const FILE_NAME = "quota-gauge-settings.json";

/** The values of the settings that have a few. */
const ACCEPTED: Record<string, string[]> = {
  time: ["relative", "absolute"],
  share: ["used", "left"],
  workspace: ["chosen", "tightest"],
  live_updates: ["true", "false"],
  refresh_seconds: ["5", "10", "15", "30"],
  theme: ["system", "light", "dark"],
  badge_when_normal: ["number", "blank"],
  language: ["auto", ...LANGUAGES],
};

/** The sentences for an invalid value of the other settings. */
const VALUE_FAULTS = {
  server_url: 'Cannot import "{name}": it is {value}, and it must be the address of a service, like {example}.',
  workspace_id:
    'Cannot import "{name}": it is {value}, and it must be 1 to 64 letters, digits, - or _, beginning with a letter or digit.',
  chat_page: 'Cannot import "{name}": it is {value}, and it must be the address of a page, like {example}, or empty.',
  chat_selector: 'Cannot import "{name}": it is {value}, and it must be a CSS selector, or empty.',
  notices: 'Cannot import "{name}": it is {value}, and it must be {names}, each {yes} or {no}.',
  thresholds: 'Cannot import "{name}": it is {value}, and it must be up to five whole numbers from 1 to 99, ascending.',
  quiet_hours: 'Cannot import "{name}": it is {value}, and it must be {none}, or {from} and {to} like {example}.',
} as const satisfies Record<string, Text>;

const EXAMPLES: Record<string, string> = {
  server_url: "http://127.0.0.1:8787",
  chat_page: "https://chat.example.com",
  quiet_hours: "22:00",
};

export const FILE_FAULTS = {
  no_json: "Cannot read the file: it is not JSON.",
  no_settings: "Cannot read the file: it holds no settings of Quota Gauge.",
  other_version: "Cannot read the file: another version of the extension wrote it. Update this one and export again.",
  secret: 'Cannot import "{name}": it looks like a key. Remove it from the file, and pair this browser.',
  unknown: 'Cannot import "{name}": this version has no such setting.',
} as const satisfies Record<string, Text>;

/** The longest part of a value that is repeated. */
const MAX_QUOTED = 60;

/** @param text the value as it is in the file. */
export function valueFault(name: string, text: string): string {
  const value = text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}…` : text;
  const accepted = ACCEPTED[name];
  if (accepted) {
    return say('Cannot import "{name}": it is {value}, and it must be {accepted}.', {
      name,
      value,
      accepted: codesText(accepted, "disjunction"),
    });
  }
  if (!hasOwnFault(name)) return say(FILE_FAULTS.unknown, { name });
  return say(VALUE_FAULTS[name], {
    name,
    value,
    example: EXAMPLES[name] ?? "",
    names: codesText(NOTICE_NAMES, "conjunction"),
    yes: "true",
    no: "false",
    none: "null",
    from: "from",
    to: "to",
  });
}

const NOTICE_NAMES = Object.keys(DEFAULT_NOTICE_SETTINGS.notices);

function hasOwnFault(name: string): name is keyof typeof VALUE_FAULTS {
  return Object.hasOwn(VALUE_FAULTS, name);
}

/** Words of the file, which are the same in every language. */
function codesText(codes: string[], type: "conjunction" | "disjunction"): string {
  return new Intl.ListFormat(currentLocale().tag, { type }).format(codes);
}

/** Names what a file changes, before it does. */
export function describeContent(name: string, { settings, preferences, notices }: FileContent): string {
  const count = [settings, preferences, notices].flatMap(Object.keys).length;
  const address = settings.server_url;
  if (!address) return sayCount(count, "{name} sets {count} setting.", "{name} sets {count} settings.", { name });
  return sayCount(
    count,
    "{name} sets {count} setting, with the service {address}.",
    "{name} sets {count} settings, with the service {address}.",
    { name, address },
  );
}
