/** The texts of the panel's menu, and what its entries change. */
import { say } from "../../shared/words/say.ts";
import type { Text } from "../../shared/words/texts.ts";
import type { Spot, WidgetSite } from "../state/settings.ts";

export const MENU = {
  title: "Move or hide",
  position: "Position",
  back: "Bring a hidden panel back from the toolbar popup.",
} as const satisfies Record<string, Text>;

export const SPOTS = [
  ["page", "With the message box"],
  ["top-left", "Top left"],
  ["top-right", "Top right"],
  ["bottom-left", "Bottom left"],
  ["bottom-right", "Bottom right"],
] as const satisfies [spot: Spot, label: Text][];

const HOUR_MS = 3_600_000;

interface MenuEntry {
  label: string;
  change: Partial<WidgetSite>;
}

/** The entries for a site. `now` is in local epoch milliseconds. */
export function menuEntries({ dot }: Pick<WidgetSite, "dot">, now: number): MenuEntry[] {
  return [
    { label: say(dot ? "Show the numbers" : "Shrink to a dot"), change: { dot: !dot } },
    { label: say("Hide for an hour"), change: { hidden_until: now + HOUR_MS } },
    { label: say("Hide today"), change: { hidden_until: new Date(now).setHours(24, 0, 0, 0) } },
    { label: say("Hide on this site"), change: { hidden_until: "always" } },
  ];
}
