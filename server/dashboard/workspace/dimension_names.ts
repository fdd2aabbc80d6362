/** The dimensions of a history in words. */
import type { Text } from "../../../shared/words/texts.ts";
import type { Dimension } from "./history_query.ts";

export const DIMENSION_NAMES = {
  model: "Model|column",
  app: "App|filter",
  outcome: "Outcome|column",
  key: "Key|dimension",
  endpoint: "Endpoint",
  tier: "Service tier",
} as const satisfies Record<Dimension, Text>;
