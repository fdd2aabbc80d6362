/** What a check of `doctor` found, and its lines in a terminal. */
import { styleText } from "node:util";

/** The parts of an installation that are checked. */
type CheckName =
  | "settings"
  | "upstream"
  | "clock"
  | "data"
  | "ledger"
  | "port"
  | "certificate"
  | "public URL"
  | "prices"
  | "extension"
  | "keys";

/** `warn` works, but not as one may expect; `fail` does not work. */
type Level = "ok" | "warn" | "fail";

/** The result of one check. */
export interface Finding {
  check: CheckName;
  level: Level;
  text: string;
  /** What to do about it; `null` for a finding that is fine. */
  remedy: string | null;
}

export function ok(check: CheckName, text: string): Finding {
  return { check, level: "ok", text, remedy: null };
}

export function warn(check: CheckName, text: string, remedy: string): Finding {
  return { check, level: "warn", text, remedy };
}

export function fail(check: CheckName, text: string, remedy: string): Finding {
  return { check, level: "fail", text, remedy };
}

const PAINT = { ok: "green", warn: "yellow", fail: "red" } as const;

/** One line a finding, and one for its remedy. */
export function findingLines(findings: Finding[], colour: boolean): string[] {
  return findings.flatMap(({ check, level, text, remedy }) => {
    const sign = level.padEnd(4);
    const painted = colour ? styleText(PAINT[level], sign, { validateStream: false }) : sign;
    const line = `${painted}  ${check.padEnd(11)}  ${text}`;
    return remedy === null ? [line] : [line, `${" ".repeat(19)}${remedy}`];
  });
}

/** 1 when something does not work. */
export function exitCodeOf(findings: Finding[]): 0 | 1 {
  return findings.some(({ level }) => level === "fail") ? 1 : 0;
}
