/** Deletes old minutes of history, and joins old quarter hours to days. */
import type { DatabaseSync } from "node:sqlite";
import { calendarDays } from "../../../core/calendar_day.ts";
import { MINUTE_MS } from "../../history/open_minutes.ts";
import type { HistoryBounds } from "../../history/query.ts";
import { execute } from "../connect.ts";
import { HISTORY_LEVELS, HistoryRows, SELECT_SPAN, sumsOf } from "./rows.ts";

const { minute: MINUTE, quarter: QUARTER, day: DAY } = HISTORY_LEVELS;

// The newest stays: an empty table would number its rows from 1 again.
const DELETE_REFUSALS = `DELETE FROM refusals WHERE at_ms < ? AND seq <= (SELECT refusal FROM history_place)
  AND seq < (SELECT max(seq) FROM refusals)`;

/** Of attempts that retention has deleted. */
const DELETE_MARKS = "DELETE FROM search_marks WHERE minute < (SELECT from_ms / 60000 FROM retention)";

/** In one transaction for each set of dimensions, so that the worker's other work never waits for long. */
export function shortenHistory(db: DatabaseSync, { minutes_from_ms, quarters_from_ms, zone }: HistoryBounds): void {
  const dayOf = calendarDays(zone);
  const rows = new HistoryRows(db);
  const remove = db.prepare("DELETE FROM history WHERE level = ? AND dimensions = ? AND minute < ?");
  const [minutes_from, quarters_from] = [minutes_from_ms, quarters_from_ms].map((ms) => Math.floor(ms / MINUTE_MS));
  db.prepare(DELETE_REFUSALS).run(quarters_from_ms);
  db.prepare(DELETE_MARKS).run();
  db.prepare("UPDATE search_from SET minutes = max(minutes, ?)").run(minutes_from);
  for (const { id } of db.prepare("SELECT id FROM history_dimensions").all()) {
    const dimensions = Number(id);
    execute(db, "BEGIN IMMEDIATE");
    try {
      remove.run(MINUTE, dimensions, minutes_from);
      for (const row of db.prepare(SELECT_SPAN).all(QUARTER, dimensions, 0, quarters_from)) {
        const { start_ms } = dayOf(Number(row.minute) * MINUTE_MS);
        rows.add(DAY, dimensions, Math.floor(start_ms / MINUTE_MS), sumsOf(row));
      }
      remove.run(QUARTER, dimensions, quarters_from);
      execute(db, "COMMIT");
    } catch (error) {
      if (db.isTransaction) execute(db, "ROLLBACK");
      throw error;
    }
  }
}
