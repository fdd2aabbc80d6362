/** The names of the places in addresses, in the order of the rail; the first one is open at the start. */
import type { Text } from "../../shared/words/texts.ts";

export const PLACE_IDS = ["overview", "workspace", "attempts", "limits", "keys", "audit"] as const;

export type PlaceId = typeof PLACE_IDS[number];

/** The names in the rail. */
export const PLACE_TITLES = {
  overview: "Overview",
  workspace: "Workspace",
  attempts: "Attempts",
  limits: "Limits",
  keys: "Keys",
  audit: "Audit",
} as const satisfies Record<PlaceId, Text>;

/** The place of a name; the first for an unknown one. */
export function placeOf(name: string | null): PlaceId {
  return PLACE_IDS.find((id) => id === name) ?? PLACE_IDS[0];
}
