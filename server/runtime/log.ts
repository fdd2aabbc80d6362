/** The log on standard error: one JSON object a line, or words where a person reads it on a terminal. */

/** A structured log event. Never pass headers, bodies or keys as fields. */
export type Log = (event: string, fields?: Record<string, unknown>) => void;

/** The most important first. */
export const LOG_LEVELS = ["error", "warn", "info", "debug"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The levels of events that are not warnings. */
const LEVEL_OF: Record<string, LogLevel> = {
  front_failed: "error",
  gateway_failed: "error",
  keys_unusable: "error",
  ledger_entries_lost: "error",
  ledger_entry_lost: "error",
  ledger_failing: "error",
  ledger_lock_taken: "error",
  ledger_lost: "error",
  listener_failed: "error",
  live_store_failing: "error",
  part_not_loaded: "error",
  request_failed: "error",
  uncaught_error: "error",
  attempts_deleted: "info",
  certificate_loaded: "info",
  keys_usable: "info",
  ledger_problem_over: "info",
  ledger_recovered: "info",
  limits_loaded: "info",
  limits_set: "info",
  quota_reset: "info",
  request: "info",
  socket: "info",
  stopping: "info",
  stopped: "info",
  probe: "debug",
};

interface LogOptions {
  /** Events below it are left out. */
  level: LogLevel;
  /** Texts that never appear in a line, such as the keys in the settings. */
  secrets?: readonly (string | null)[];
  /** Whether to write words; by default where standard error is a terminal. */
  is_terminal?: boolean;
  now?: () => Date;
  write?: (line: string) => void;
}

const MIN_SECRET = 6;

/** Creates a log. It never throws. */
export function createLog(options: LogOptions): Log {
  const { level, is_terminal = Deno.stderr.isTerminal(), now = () => new Date(), write = writeToStderr } = options;
  const least = LOG_LEVELS.indexOf(level);
  // JSON writes some characters of a text as escapes. A text of a few letters is in many words.
  const secrets = (options.secrets ?? []).filter((secret): secret is string =>
    secret !== null && secret.length >= MIN_SECRET
  )
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1)]);
  const format = is_terminal ? words : json;
  return (event, fields = {}) => {
    const level = LEVEL_OF[event] ?? "warn";
    if (LOG_LEVELS.indexOf(level) > least) return;
    write(printable(withoutSecrets(format(now(), level, event, fields), secrets)) + "\n");
  };
}

function json(now: Date, level: LogLevel, event: string, fields: Record<string, unknown>): string {
  return JSON.stringify({ time: now.toISOString(), level, event, ...fields });
}

function words(now: Date, level: LogLevel, event: string, fields: Record<string, unknown>): string {
  const time = [now.getHours(), now.getMinutes(), now.getSeconds()].map((part) => String(part).padStart(2, "0"));
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  const named = pairs.map(([name, value]) => `${name.replaceAll("_", " ")}: ${shown(value)}`).join(", ");
  return `${time.join(":")} ${level.padEnd(5)} ${event.replaceAll("_", " ")}${named && ` (${named})`}`;
}

/** A plain text without quotes; anything else as JSON. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return typeof value === "string" && text === `"${value}"` ? value : text;
}

/** Our keys, the provider's, anything sent as a bearer, and the password in a URL, wherever a line has them. */
const SECRET_FORMS: [form: RegExp, shown: string][] = [
  [/\b(qg_[a-z]+_)[\w~.-]+/g, "$1…"],
  [/\bsk-[\w-]{6,}/g, "sk-…"],
  [/\b(bearer\s+)[^\s"\\]+/gi, "$1…"],
  [/\/\/[^\s"/@]+@/g, "//…@"],
];

function withoutSecrets(line: string, secrets: readonly string[]): string {
  const hidden = secrets.reduce((text, secret) => text.replaceAll(secret, "…"), line);
  return SECRET_FORMS.reduce((text, [form, shown]) => text.replace(form, shown), hidden);
}

/** Control characters that JSON leaves as they are: a terminal would obey them, and some end a line. */
const CONTROLS = /[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function printable(line: string): string {
  return line.replace(CONTROLS, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

const encoder = new TextEncoder();

function writeToStderr(line: string): void {
  try {
    Deno.stderr.writeSync(encoder.encode(line));
  } catch {
    // The reader of standard error is gone. That must not fail the work that is logged.
  }
}
