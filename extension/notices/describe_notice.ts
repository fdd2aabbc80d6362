/** A notice in words. It may be read minutes later, so it names times and no countdown. */
import type { CauseCode } from "../../shared/quota.ts";
import { arbitrate } from "../../shared/ui/status/arbiter.ts";
import { LIMITS_PAGE, USAGE_PAGE } from "../../shared/ui/status/describe_action.ts";
import { causeText } from "../../shared/ui/status/describe_cause.ts";
import { countedText, headlineOf, usedText } from "../../shared/ui/status/describe_headline.ts";
import type { DecisiveLimit } from "../../shared/ui/meters/decisive_limit.ts";
import { leftOf } from "../../shared/ui/meters/budgets.ts";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import { wallTime } from "../../shared/ui/time/time_text.ts";
import { say } from "../../shared/words/say.ts";
import type { Text } from "../../shared/words/texts.ts";
import type { View } from "../../shared/view.ts";
import { muteUntil } from "../state/mute.ts";
import type { Notice } from "./consider.ts";
import { FULL } from "./readings.ts";

type Link = NonNullable<NoticeMessage["link"]>;

const LIMITS = { href: LIMITS_PAGE, text: "OpenAI's limits page" } as const;

/** Where the reader can do something about a problem, by the code in its key. */
const LINKS = {
  provider_requests: LIMITS,
  provider_tokens: LIMITS,
  provider_rate_limit: LIMITS,
  insufficient_quota: { href: USAGE_PAGE, text: "OpenAI's usage page" },
  upstream_failing: { href: "https://status.openai.com", text: "OpenAI's status page" },
} as const satisfies Partial<Record<CauseCode, { href: string; text: Text }>>;

const RECOVERIES = {
  upstream_failing: "OpenAI answers again",
  ledger_failing: "The service records calls again",
} as const satisfies Partial<Record<CauseCode, Text>>;

/** @param now local epoch milliseconds. */
export function describeNotice(notice: Notice, view: View, now: number): NoticeMessage {
  const id = `${view.workspace_id} ${notice.key}`;
  if (notice.kind === "recovery") return { id, state: "normal", ...recovery(notice, view), link: null, mute: null };
  const mute = say("Mute until {time}", { time: timeOfDay(muteUntil(view, now)) });
  return { id, ...alert(notice, view, now), link: linkOf(id), mute };
}

/** The link of the notice with this id, which is all that a notification keeps while the background is stopped. */
export function linkOf(id: string): Link | null {
  const [, code] = id.split(" ");
  if (!isKeyOf(LINKS, code)) return null;
  const { href, text } = LINKS[code];
  return { href, label: say(text) };
}

type Words = Pick<NoticeMessage, "headline" | "detail">;

function alert({ level, reading }: Notice, view: View, now: number): Words & Pick<NoticeMessage, "state"> {
  const limit = reading?.named;
  if (limit) return { state: level === FULL ? "rate_limited" : "warning", ...ofLimit(limit, view) };
  const { status = "degraded", cause } = view.status ?? {};
  const glance = arbitrate(view, now);
  const headline = headlineOf({ ...glance, wait: null }, now);
  return { state: status, headline, detail: inWorkspace(view, cause ? causeText(status, cause, glance.limit) : "") };
}

function ofLimit(limit: DecisiveLimit, view: View): Words {
  const isFull = limit.meter ? limit.meter.remaining === 0 : limit.used >= FULL;
  return {
    headline: isFull ? say("Full: {fact}", { fact: countedText(limit) }) : usedText(limit),
    // A soft budget refuses nothing, so it cannot open.
    detail: inWorkspace(view, isFull && limit.budget?.mode !== "soft" ? opensText(limit, view) : leftText(limit, view)),
  };
}

function opensText(limit: DecisiveLimit, view: View): string {
  if (limit.meter?.window === "rolling_60s") return say("Opens within a minute.");
  return say("Opens at {time}.", { time: endOf(limit, view) });
}

function leftText(limit: DecisiveLimit, view: View): string {
  const { meter, budget } = limit;
  const count = budget ? leftOf(budget) : meter?.remaining ?? 0;
  if (meter?.window === "rolling_60s") return say("{count} left, frees up within a minute.", { count });
  return say("{count} left, resets at {time}.", { count, time: endOf(limit, view) });
}

function recovery({ key, reading }: Notice, view: View): Words {
  const [code] = key.split(" ");
  const named = reading?.named;
  return {
    headline: say(isKeyOf(RECOVERIES, code) ? RECOVERIES[code] : "Calls go through again"),
    detail: inWorkspace(view, named ? countedText(named) : say("Back to normal.")),
  };
}

/** `41 left, frees up within a minute. Workspace acme.` The service's own sentences have no full stop. */
function inWorkspace({ workspace_id: workspace }: View, sentence: string): string {
  return /[.。]$/.test(sentence)
    ? say("{sentence} Workspace {workspace}.", { sentence, workspace })
    : say("{sentence}. Workspace {workspace}.", { sentence, workspace });
}

/** `00:00` for a limit, whose day ends at the next one; `Sun 00:00` for a budget, whose period may be longer. */
function endOf({ meter, budget }: DecisiveLimit, { clock_offset_ms, status }: View): string {
  return budget
    ? wallTime(budget.resets_at, Date.parse(status!.server_time))
    : timeOfDay(Date.parse(meter!.resets_at) - clock_offset_ms);
}

function timeOfDay(at: number): string {
  return wallTime(new Date(at).toISOString(), at);
}

function isKeyOf<Names extends object>(names: Names, text: string): text is keyof Names & string {
  return Object.hasOwn(names, text);
}
