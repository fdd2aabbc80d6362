/** Reads the costs that a repricing has corrected, for the counters of a running service. */
import type { DatabaseSync } from "node:sqlite";
import type { UsdNanos } from "../../../../shared/money/money.ts";
import type { SpendCorrection } from "../../ledger.ts";

/** Corrections that are looked at together: about 5 ms. */
const MAX_READ = 2_000;

const SELECT = `
  SELECT b.seq AS place, a.seq AS attempt_place, a.started_at_ms, a.workspace_id, a.app, a.run, a.model,
    coalesce(a.requested_model, a.model) AS requested_model,
    CAST(coalesce(b.new_cost_usd_nanos, b.new_charged_usd_nanos, 0)
      - coalesce(b.cost_usd_nanos, b.charged_usd_nanos, 0) AS TEXT) AS difference,
    (b.new_cost_usd_nanos IS NULL) - (b.cost_usd_nanos IS NULL) AS unpriced
  FROM believed_costs b JOIN attempts a ON a.seq = b.attempt
  WHERE b.seq > ? AND b.seq <= ? AND a.started_at_ms >= ? ORDER BY b.seq`;

/** The place of the last correction; 0 in a ledger that was never repriced. */
export function lastCorrection(db: DatabaseSync): number {
  // The table is made by the first repricing.
  if (!db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'believed_costs'").get()) return 0;
  return Number(db.prepare("SELECT coalesce(max(seq), 0) AS place FROM believed_costs").get()!.place);
}

/** Some corrections after a place. */
export function correctionsAfter(
  db: DatabaseSync,
  after: number,
  from_ms: number,
): { place: number; corrections: SpendCorrection[] } {
  const place = Math.min(lastCorrection(db), after + MAX_READ);
  if (place <= after) return { place: after, corrections: [] };
  const corrections = db.prepare(SELECT).all(after, place, from_ms).map(({ difference, ...row }) => {
    return { ...row, difference: BigInt(String(difference)) as UsdNanos } as SpendCorrection;
  });
  return { place, corrections };
}
