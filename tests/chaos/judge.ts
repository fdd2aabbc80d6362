/** Compares what the upstream was asked and told with what our ledger says of it, attempt by attempt. */
import type { AttemptRow } from "../../server/ledger/ledger.ts";
import type { Seen } from "./caller.ts";
import type { Call, FateKind } from "./plan.ts";
import type { Entry } from "./upstream.ts";

/** A row that says nothing of tokens, and says that it does not. */
const FLAGGED = new Set(["unknown", "estimated"]);

/** What may fail by itself before its caller leaves. */
const FAILS = new Set<FateKind>([
  "malformed",
  "error_inside",
  "rate_limited",
  "insufficient_quota",
  "bad_request",
  "server_error",
  "overloaded",
  "cut_before_head",
  "cut_after_head",
  "cut_inside",
]);

/**
 * What is wrong with the rows of one workspace, a sentence a fault.
 *
 * @param seen what the callers saw, by call.
 */
export function judge(entries: readonly Entry[], rows: readonly AttemptRow[], seen: ReadonlyMap<Call, Seen>): string[] {
  const faults: string[] = [];
  const entriesOf = Map.groupBy(entries, ({ call, retry }) => `${call.id}#${retry}`);
  const rowsOf = Map.groupBy(rows, ({ app, retry }) => `${app}#${retry}`);
  for (const [key, received] of entriesOf) {
    const told = rowsOf.get(key) ?? [];
    if (told.length < received.length) {
      faults.push(`${name(key, received[0])}: received ${received.length} times, counted ${told.length} times`);
    }
    received.forEach((entry, at) => {
      const fault = told[at] && faultOf(entry, told[at], seen.get(entry.call)!);
      if (fault) faults.push(`${name(key, entry)}: ${fault}`);
    });
  }
  for (const [key, told] of rowsOf) {
    for (const row of told.slice(entriesOf.get(key)?.length ?? 0)) {
      // Whoever leaves while his call is being sent: nobody on this side knows whether it arrived.
      if (row.outcome === "aborted" && row.usage_source === "unknown") continue;
      faults.push(`${key}: counted, but never received: ${brief(row)}`);
    }
  }
  return faults;
}

function name(key: string, { call, fate }: Entry): string {
  const leave = call.leave ? `, leaves by ${call.leave.how} after ${call.leave.after} ${call.leave.unit}` : "";
  return `${key} (${call.way}, ${call.operation}, ${fate.kind}, ${fate.pieces} pieces${leave})`;
}

function brief(row: AttemptRow): string {
  const { outcome, http_status, error_code, usage_source, usage } = row;
  return `${outcome} ${http_status} ${error_code} ${usage_source} ${usage.total_tokens}`;
}

function faultOf(entry: Entry, row: AttemptRow, seen: Seen): string | null {
  const wrong = (expected: string) => `${expected} expected, ${brief(row)} found (upstream: ${entry.end})`;
  if (row.stream !== entry.call.operation.includes("stream")) return wrong("another kind of call");
  const whole = fateTokens(entry);
  const exact = row.usage_source === "counted" && row.usage.total_tokens === whole;
  const flagged = FLAGGED.has(row.usage_source) && (row.usage_source === "estimated") === (row.usage.total_tokens > 0);
  // The caller, or his SDK over an event that it could not read, may have gone before it came.
  if (seen.left || entry.fate.kind === "malformed") {
    return left(entry, exact, flagged, row) ? null : wrong("exact or flagged");
  }
  if (row.http_status !== entry.status) return wrong(`status ${entry.status}`);
  if (entry.status !== null && entry.status >= 400) {
    const nothing = row.outcome === "failed" && row.usage_source === "none" && row.usage.total_tokens === 0;
    return nothing ? null : wrong("failed, no tokens");
  }
  const outcome = entry.fate.kind === "error_inside" && hasErrors(entry)
    ? "failed"
    : entry.end === "complete"
    ? "ok"
    : "failed";
  if (row.outcome !== outcome && !endedByWord(entry, row)) return wrong(outcome);
  if (entry.call.operation === "poll") return poll(entry, row, exact) ? null : wrong("a poll's tokens");
  if (entry.told_usage) return exact ? null : wrong(`${whole} tokens counted`);
  return flagged || noneBeforeError(entry, row) ? null : wrong("flagged");
}

function left(entry: Entry, exact: boolean, flagged: boolean, row: AttemptRow): boolean {
  // Where the upstream did nothing wrong, it is not said to have failed.
  if (row.outcome === "failed" && !FAILS.has(entry.fate.kind)) return false;
  const nothing = row.usage_source === "none" && row.usage.total_tokens === 0;
  if (nothing) return entry.call.operation === "poll" || (entry.status !== null && entry.status >= 400);
  return flagged || exact;
}

/** Of polls one is told the tokens, and they are counted with it. */
function poll(entry: Entry, row: AttemptRow, exact: boolean): boolean {
  if (entry.tells_cost) return exact;
  return row.usage_source === "none" && row.usage.total_tokens === 0;
}

/** A stream that said that it was over is whole, whether or not its line was closed well. */
function endedByWord(entry: Entry, row: AttemptRow): boolean {
  return entry.told_usage && row.outcome === "ok";
}

function hasErrors({ call }: Entry): boolean {
  return call.operation.includes("stream") || call.operation === "chat";
}

/** An error before the first word of the answer costs nothing. */
function noneBeforeError(entry: Entry, row: AttemptRow): boolean {
  return entry.fate.kind === "error_inside" && row.usage_source === "none" && row.usage.total_tokens === 0;
}

function fateTokens({ fate }: Entry): number {
  return fate.input_tokens + fate.output_tokens;
}

/** What is wrong with what a caller saw: his bytes are his own. */
export function judgeSeen(entries: readonly Entry[], seen: ReadonlyMap<Call, Seen>): string[] {
  const faults: string[] = [];
  for (const entry of entries) {
    const { call, fate } = entry;
    const saw = seen.get(call)!;
    // A usage that is none is not looked for: it may show.
    const hides = call.operation === "chat_stream" && call.fates.every(({ kind }) => kind !== "nonsense_usage");
    if (saw.usage_shown && hides) {
      faults.push(`${call.id}: a usage was shown to a caller who did not ask for it`);
    }
    const good = entry.end === "complete" && entry.status === 200 &&
      (fate.kind === "answer" || fate.kind === "no_usage");
    if (!good || saw.left || !call.operation.includes("stream")) continue;
    if (!saw.whole) {
      faults.push(`${call.id} (${call.way}, ${call.operation}): answered whole, but failed: ${saw.error}`);
    } else if (saw.text !== entry.text) faults.push(`${call.id}: the caller read ${saw.text}, sent was ${entry.text}`);
  }
  return faults;
}
