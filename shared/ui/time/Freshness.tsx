/** How old the numbers are, in words and by a dot. */
import type { View } from "../../view.ts";
import { now } from "./now.ts";
import { freshnessText } from "./time_text.ts";

export function Freshness({ view }: { view: View }) {
  return <span class={`freshness ${view.connection}`}>{freshnessText(view, now())}</span>;
}
