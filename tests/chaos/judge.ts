/** Compares the upstream's ledger with ours, attempt by attempt. */
import type { AttemptRow } from "../../server/ledger/ledger.ts";
import type { Seen } from "./caller.ts";
import type { Call, FateKind } from "./plan.ts";
import type { Entry } from "./upstream.ts";

/** The labels of a row whose tokens were not counted. */
const FLAGGED = new Set(["unknown", "estimated"]);

/** The fates that may fail before the caller leaves. */
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
 * The faults in the rows of one workspace, one sentence each.
 *
 * @param seen the outcomes that the callers saw, by call.
 */
export function judge(entries: readonly Entry[], rows: readonly AttemptRow[], seen: ReadonlyMap<Call, Seen>): string[] {
  const faults: string[] = [];
  const entriesOf = Map.groupBy(entries, ({ call, retry }) => `${call.id}#${retry}`);
  const rowsOf = Map.groupBy(rows, ({ app, retry }) => `${app}#${retry}`);
  for (const [key, received] of entriesOf) {
    const counted = rowsOf.get(key) ?? [];
    if (counted.length < received.length) {
      faults.push(`${name(key, received[0])}: received ${received.length} times, counted ${counted.length} times`);
    }
    received.forEach((entry, at) => {
      const fault = counted[at] && faultOf(entry, counted[at], seen.get(entry.call)!);
      if (fault) faults.push(`${name(key, entry)}: ${fault}`);
    });
  }
  for (const [key, counted] of rowsOf) {
    for (const row of counted.slice(entriesOf.get(key)?.length ?? 0)) {
      // The caller left while the call was being sent: this side cannot know whether it arrived.
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
  if (row.usage_source === "unknown" && !row.charged_tokens) return wrong("a charge for the unknown usage");
  const whole = fateTokens(entry);
  const exact = row.usage_source === "counted" && row.usage.total_tokens === whole;
  const flagged = FLAGGED.has(row.usage_source) && (row.usage_source === "estimated") === (row.usage.total_tokens > 0);
  // The caller may have left before the usage, or the SDK may have stopped at an event that it could not parse.
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
  if (row.outcome !== outcome && !endedByEvent(entry, row)) return wrong(outcome);
  if (entry.call.operation === "poll") return poll(entry, row, exact) ? null : wrong("a poll's tokens");
  if (entry.sent_usage) return exact ? null : wrong(`${whole} tokens counted`);
  return flagged || noneBeforeError(entry, row) ? null : wrong("flagged");
}

function left(entry: Entry, exact: boolean, flagged: boolean, row: AttemptRow): boolean {
  // An attempt that the upstream did not fail must not be recorded as failed.
  if (row.outcome === "failed" && !FAILS.has(entry.fate.kind)) return false;
  const nothing = row.usage_source === "none" && row.usage.total_tokens === 0;
  if (nothing) return entry.call.operation === "poll" || (entry.status !== null && entry.status >= 400);
  return flagged || exact;
}

/** The first poll after the end of a response reports its tokens, which are counted with that poll. */
function poll(entry: Entry, row: AttemptRow, exact: boolean): boolean {
  if (entry.sends_cost) return exact;
  return row.usage_source === "none" && row.usage.total_tokens === 0;
}

/** A stream that contained its end is complete, even when its connection breaks afterwards. */
function endedByEvent(entry: Entry, row: AttemptRow): boolean {
  return entry.sent_usage && row.outcome === "ok";
}

function hasErrors({ call }: Entry): boolean {
  return call.operation.includes("stream") || call.operation === "chat";
}

/** An error before the first word of the answer costs no tokens. */
function noneBeforeError(entry: Entry, row: AttemptRow): boolean {
  return entry.fate.kind === "error_inside" && row.usage_source === "none" && row.usage.total_tokens === 0;
}

function fateTokens({ fate }: Entry): number {
  return fate.input_tokens + fate.output_tokens;
}

/** The faults in the bytes that callers received: the gateway must not change them. */
export function judgeSeen(entries: readonly Entry[], seen: ReadonlyMap<Call, Seen>): string[] {
  const faults: string[] = [];
  for (const entry of entries) {
    const { call, fate } = entry;
    const saw = seen.get(call)!;
    // The gateway does not remove an invalid usage.
    const hides = call.operation === "chat_stream" && call.fates.every(({ kind }) => kind !== "nonsense_usage");
    if (saw.usage_shown && hides) {
      faults.push(`${call.id}: a caller that did not request the usage received it`);
    }
    const good = entry.end === "complete" && entry.status === 200 &&
      (fate.kind === "answer" || fate.kind === "no_usage");
    if (!good || saw.left || !call.operation.includes("stream")) continue;
    if (!saw.whole) {
      faults.push(`${call.id} (${call.way}, ${call.operation}): answered completely, but failed: ${saw.error}`);
    } else if (saw.text !== entry.text) {
      faults.push(`${call.id}: the caller read ${saw.text}, the upstream sent ${entry.text}`);
    }
  }
  return faults;
}
