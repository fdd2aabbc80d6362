/** The arguments of `reprice`. */
import { parseArgs } from "deno-std/cli/parse_args.js";
import { DAY_PATTERN } from "../../../shared/money/prices.ts";
import { commandText } from "../../config/help.ts";
import { UsageError } from "../usage_error.ts";

export const REPRICE_HELP = `Usage: ${commandText("reprice", "--from TIME [--to TIME] [--workspace ID] [--apply]")}

Prices the attempts of the ledger again, with the prices that this version and the limits file have now for the instant of
each attempt. Without --apply it changes nothing, and prints what would change. With it, the ledger keeps each cost that
is replaced. A run that was stopped is run again.

  --from TIME      the first instant: a day, from midnight in UTC (2026-11-01), or an instant (2026-11-01T08:00:00+01:00)
  --to TIME        the first instant after, by default now
  --workspace ID   only this workspace
  --apply          change the ledger

It works while the service runs, which takes the new costs into its budgets within seconds.`;

/** Which attempts are priced, and whether the result is written. */
interface RepriceOptions {
  from_ms: number;
  to_ms: number;
  workspace_id: string | null;
  apply: boolean;
}

/** @throws {UsageError} for arguments that cannot be read. */
export function repriceOptions(args: string[], now_ms: number): RepriceOptions {
  const unknown: string[] = [];
  const { from, to, workspace, apply } = parseArgs(args, {
    string: ["from", "to", "workspace"],
    boolean: ["apply"],
    unknown: (arg: string) => {
      unknown.push(arg);
      return false;
    },
  }) as unknown as { from?: string; to?: string; workspace?: string; apply: boolean };
  if (unknown.length > 0) throw new UsageError(`Cannot read ${unknown.join(" ")}\n\n${REPRICE_HELP}`);
  if (from === undefined) throw new UsageError(`Cannot reprice: name the first instant with --from\n\n${REPRICE_HELP}`);
  if (workspace === "") throw new UsageError("Cannot read --workspace: it takes the id of a workspace");
  const [from_ms, to_ms] = [instant("--from", from), to === undefined ? now_ms : instant("--to", to)];
  if (from_ms >= to_ms) {
    throw new UsageError(`Cannot reprice from ${iso(from_ms)} to ${iso(to_ms)}: nothing is between`);
  }
  return { from_ms, to_ms, workspace_id: workspace ?? null, apply };
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;

function instant(name: string, text: string): number {
  const ms = DAY_PATTERN.test(text) || INSTANT.test(text) ? Date.parse(text) : NaN;
  // A day such as 2026-02-31 would be one of March.
  const isDay = !DAY_PATTERN.test(text) || (ms >= 0 && iso(ms).startsWith(text));
  if (ms >= 0 && isDay) return ms;
  const rule = "a day such as 2026-11-01, or an instant with its zone such as 2026-11-01T08:00:00Z";
  throw new UsageError(`Cannot read ${name} ${text}: it takes ${rule}`);
}

/** An instant in ISO 8601. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}
