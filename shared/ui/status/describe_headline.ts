/** The headline of every surface: one fact with its number. */
import { ago, percentText, usedPercent } from "../../format.ts";
import type { Cause, StatusBody } from "../../quota.ts";
import { isKnown, STALE_AFTER_MS, type View } from "../../view.ts";
import { say } from "../../words/say.ts";
import type { Text } from "../../words/texts.ts";
import { countsText, type DecisiveLimit, decisiveLimit } from "../meters/decisive_limit.ts";
import { shortName } from "../meters/short_name.ts";
import { type Wait, waitText } from "../time/wait_text.ts";
import type { Glance } from "./arbiter.ts";
import { type DisplayState, isBudget, isPartialStop, isUnpaid } from "./tone.ts";

const LABELS = {
  normal: "Normal",
  warning: "Warning",
  rate_limited: "Full",
  quota_exceeded: "Full",
  degraded: "Degraded",
  unconfigured: "Not set up",
  connecting: "Connecting…",
  stale: "Stale",
  offline: "Offline",
  not_permitted: "Permission missing",
  key_refused: "Key refused",
  outdated: "Update the extension",
  refused: "Refused",
} as const satisfies Record<DisplayState, Text>;

/**
 * The state in a few words without a number: for the pill, and for screen readers, which announce it only when the level
 * changes.
 */
export function labelOf({ state, view }: Pick<Glance, "state" | "view">): string {
  return say(state === "quota_exceeded" && isUnpaid(view.status?.cause ?? null) ? "No quota left" : LABELS[state]);
}

/** @param now local epoch milliseconds. */
export function headlineOf({ state, view, limit, wait, current }: Glance, now: number): string {
  if (current && view.status) return statusHeadline(view.status, limit, wait);
  const host = hostOf(view.server_url);
  switch (state) {
    case "not_permitted":
      return say("No permission to reach {host}", { host });
    case "key_refused":
      return say("{host} needs a valid key", { host });
    case "refused":
      return say("Cannot show {workspace}", { workspace: view.workspace_id });
    case "offline":
      return say("Cannot reach {host}", { host });
    case "stale":
      return lastConfirmed(view, now);
    case "connecting":
      return host ? say("Connecting to {host}…", { host }) : say(LABELS.connecting);
    default:
      return say(LABELS[state]);
  }
}

/** The last status in the words of its headline, without a countdown, which nothing confirms. Empty where none is known. */
export function lastKnown({ status }: View): string {
  if (!status || !isKnown(status)) return "";
  const limit = decisiveLimit(status);
  const headline = statusHeadline(status, limit, null);
  return status.status === "degraded" && limit ? `${headline}; ${usedText(limit)}` : headline;
}

function statusHeadline({ status, cause }: StatusBody, limit: DecisiveLimit | null, wait: Wait | null): string {
  switch (status) {
    case "quota_exceeded":
    case "rate_limited":
      if (isUnpaid(cause)) return say("OpenAI account has no quota left");
      return wait ? `${fullText(cause)}: ${waitText(wait)}` : fullText(cause);
    case "degraded":
      return describeFault(cause);
    default:
      if (!limit && isPartialStop(status, cause)) return say("OpenAI refuses some of the keys");
      return limit ? usedText(limit) : say(status === "normal" ? "No limit is set" : LABELS[status]);
  }
}

/** `93 % of requests a minute used`. */
export function usedText({ used, limit, phrase }: DecisiveLimit): string {
  return say("{percent} of {limit} used", { percent: percentText(usedPercent(used, limit)), limit: phrase });
}

/** `456 of 500 requests a minute used`, `$18.60 of $20.00 used of the day's budget`. */
export function countedText(limit: DecisiveLimit): string {
  const values = { ...countsText(limit), phrase: limit.phrase };
  return say(limit.budget ? "{used} of {limit} used of {phrase}" : "{used} of {limit} {phrase} used", values);
}

function fullText(cause: Cause | null): string {
  if (isBudget(cause)) return say("Budget spent");
  if (cause?.model) return say("Full for {model}", { model: shortName(cause.model) });
  return say(cause?.source === "reported" ? "Full at OpenAI" : "Full");
}

function describeFault(cause: Cause | null): string {
  if (cause?.code === "upstream_failing") return say("OpenAI has trouble answering");
  return say(cause?.code === "ledger_failing" ? "Calls cannot be recorded" : "The numbers are not reliable");
}

/** A confirmation from the future, before the clock was set back, has no age. */
function lastConfirmed({ confirmed_at }: View, now: number): string {
  const age = confirmed_at === null ? 0 : now - confirmed_at;
  return age >= STALE_AFTER_MS ? say("Last confirmed {age}", { age: ago(age) }) : say("Not confirmed lately");
}

/** Host and port of an address, or the text itself where it is not an address. */
export function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
