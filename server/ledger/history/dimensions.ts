/** The dimensions by which history is kept apart. */
import { HISTORY_DIMENSIONS, type HistoryDimension } from "../../../shared/history/history_names.ts";
import type { AttemptRow, RefusalRow } from "../ledger.ts";

/** A value for each dimension; `null` for none: a call without a model, a program without a name. */
export type Dimensions = Record<HistoryDimension, string | null> & { workspace: string };

/** The dimensions of an attempt. Its model is the one that answered. */
export function dimensionsOf(row: AttemptRow): Dimensions {
  const { workspace_id: workspace, model, app, key_id: key = null, endpoint, service_tier: tier, outcome } = row;
  return { workspace, model, app, key, endpoint, tier, outcome };
}

/** The dimensions of refused calls. Their model is the one that was requested. */
export function dimensionsOfRefusals({ workspace_id: workspace, model, app, key_id: key, endpoint }: RefusalRow) {
  return { workspace, model, app, key, endpoint, tier: null, outcome: "refused" } satisfies Dimensions;
}

/** The dimensions as one text, and back. Equal dimensions have equal texts. */
export function encodeDimensions(dimensions: Dimensions): string {
  return JSON.stringify(HISTORY_DIMENSIONS.map((name) => dimensions[name]));
}

export function decodeDimensions(text: string): Dimensions {
  const values: (string | null)[] = JSON.parse(text);
  return Object.fromEntries(HISTORY_DIMENSIONS.map((name, place) => [name, values[place]])) as Dimensions;
}
