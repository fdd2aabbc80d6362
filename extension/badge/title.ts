/** The badge's title: its tooltip and accessible name, in the words of the popup. */
import { countsText } from "../../shared/ui/meters/decisive_limit.ts";
import type { Glance } from "../../shared/ui/status/arbiter.ts";
import { headlineOf, usedText } from "../../shared/ui/status/describe_headline.ts";
import { detailOf } from "../../shared/ui/status/describe_status.ts";
import { say } from "../../shared/words/say.ts";
import { waitText } from "../../shared/ui/time/wait_text.ts";

/**
 * For example `acme · 41 % of requests a minute used (205 of 500) · 59 % left, frees up in 12 s`.
 *
 * @param now local epoch milliseconds.
 */
export function titleOf(glance: Glance, now: number): string {
  const { state, view, limit, wait } = glance;
  // In other states the detail has the counts.
  const counts = state === "normal" && limit ? ` (${say("{used} of {limit}", countsText(limit))})` : "";
  const parts = [
    state === "unconfigured" ? "Quota Gauge" : view.workspace_id,
    headlineOf(glance, now) + counts,
    detailOf(glance),
  ];
  // These headlines and details have no number, or no countdown, that the badge or the popup shows.
  if (state === "degraded" && limit) parts.push(usedText(limit));
  if ((state === "degraded" || state === "warning") && wait) parts.push(waitText(wait));
  return parts.filter(Boolean).join(" · ");
}
