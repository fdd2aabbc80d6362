/** Entries as one text for the worker: JSON, in which an attempt is its bare values, half the text and time of its names. */
import type { AttemptRow, LedgerEntry } from "../ledger.ts";

/** An attempt's values in the order of {@link packRow}. */
type Packed = [
  id: string,
  call_id: string,
  retry: number,
  workspace_id: string,
  endpoint: string,
  model: string | null,
  app: string | null,
  stream: boolean,
  started_at_ms: number,
  latency_ms: number,
  first_byte_ms: number | null,
  outcome: AttemptRow["outcome"],
  http_status: number | null,
  error_code: string | null,
  service_tier: string | null,
  input_tokens: number,
  cached_input_tokens: number,
  output_tokens: number,
  reasoning_tokens: number,
  total_tokens: number,
  usage_source: AttemptRow["usage_source"],
];

/** Everything but attempts is rare and stands as it is. */
type Parcel = Packed | Exclude<LedgerEntry, { kind: "attempt" }>;

/** One text for a batch. */
export function packEntries(entries: readonly LedgerEntry[]): string {
  return JSON.stringify(entries.map((entry): Parcel => entry.kind === "attempt" ? packRow(entry.row) : entry));
}

/**
 * The entries of a text that {@link packEntries} made.
 *
 * SQLite ends a text at NUL when it is read: two ids could become one. The mark for what cannot be shown stands in.
 */
export function unpackEntries(text: string): LedgerEntry[] {
  const parcels: Parcel[] = text.includes("\\u0000")
    ? JSON.parse(text, (_, value) => typeof value === "string" ? value.replaceAll("\0", "\ufffd") : value)
    : JSON.parse(text);
  return parcels.map((parcel) => Array.isArray(parcel) ? { kind: "attempt", row: unpackRow(parcel) } : parcel);
}

function packRow(row: AttemptRow): Packed {
  const { usage } = row;
  return [
    row.id,
    row.call_id,
    row.retry,
    row.workspace_id,
    row.endpoint,
    row.model,
    row.app,
    row.stream,
    row.started_at_ms,
    row.latency_ms,
    row.first_byte_ms,
    row.outcome,
    row.http_status,
    row.error_code,
    row.service_tier,
    usage.input_tokens,
    usage.cached_input_tokens,
    usage.output_tokens,
    usage.reasoning_tokens,
    usage.total_tokens,
    row.usage_source,
  ];
}

function unpackRow(values: Packed): AttemptRow {
  return {
    id: values[0],
    call_id: values[1],
    retry: values[2],
    workspace_id: values[3],
    endpoint: values[4],
    model: values[5],
    app: values[6],
    stream: values[7],
    started_at_ms: values[8],
    latency_ms: values[9],
    first_byte_ms: values[10],
    outcome: values[11],
    http_status: values[12],
    error_code: values[13],
    service_tier: values[14],
    usage: {
      input_tokens: values[15],
      cached_input_tokens: values[16],
      output_tokens: values[17],
      reasoning_tokens: values[18],
      total_tokens: values[19],
    },
    usage_source: values[20],
  };
}
