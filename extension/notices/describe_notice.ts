/** A notice in words. It may be read minutes later, so it names times and no countdown. */
import { fullCount } from "../../shared/format.ts";
import { arbitrate } from "../../shared/ui/status/arbiter.ts";
import { LIMITS_PAGE, USAGE_PAGE } from "../../shared/ui/status/describe_action.ts";
import { headlineOf, usedText } from "../../shared/ui/status/describe_headline.ts";
import { limitOf } from "../../shared/ui/meters/decisive_limit.ts";
import type { Meter } from "../../shared/quota.ts";
import type { NamedMeter } from "../../shared/ui/meters/tightest.ts";
import { verbOf } from "../../shared/ui/time/wait_text.ts";
import type { NoticeMessage } from "../../shared/notice_message.ts";
import { wallTime } from "../../shared/ui/time/time_text.ts";
import type { View } from "../../shared/view.ts";
import { muteUntil } from "../state/mute.ts";
import type { Notice } from "./consider.ts";
import { FULL } from "./readings.ts";

type Link = NonNullable<NoticeMessage["link"]>;

const LIMITS: Link = { href: LIMITS_PAGE, label: "OpenAI's limits page" };

/** Where the reader can do something about a problem, by the code in its key. */
const LINKS: Record<string, Link> = {
  provider_requests: LIMITS,
  provider_tokens: LIMITS,
  provider_rate_limit: LIMITS,
  insufficient_quota: { href: USAGE_PAGE, label: "OpenAI's usage page" },
  upstream_failing: { href: "https://status.openai.com", label: "OpenAI's status page" },
};

const RECOVERIES: Record<string, string> = {
  upstream_failing: "OpenAI answers again",
  ledger_failing: "The service records calls again",
};

/** @param now local epoch milliseconds. */
export function describeNotice(notice: Notice, view: View, now: number): NoticeMessage {
  const id = `${view.workspace_id} ${notice.key}`;
  if (notice.kind === "recovery") return { id, state: "normal", ...recovery(notice, view), link: null, mute: null };
  const mute = `Mute until ${timeOfDay(muteUntil(view, now))}`;
  return { id, ...alert(notice, view, now), link: linkOf(id), mute };
}

/** The link of the notice with this id, which is all that a notification keeps while the background is stopped. */
export function linkOf(id: string): Link | null {
  return LINKS[id.split(" ")[1]] ?? null;
}

type Words = Pick<NoticeMessage, "headline" | "detail">;

function alert({ level, reading }: Notice, view: View, now: number): Words & Pick<NoticeMessage, "state"> {
  const limit = reading?.named;
  if (limit) return { state: level === FULL ? "rate_limited" : "warning", ...ofLimit(limit, view) };
  const { status = "degraded", cause } = view.status ?? {};
  const headline = headlineOf({ ...arbitrate(view, now), wait: null }, now);
  return { state: status, headline, detail: inWorkspace(view, cause?.message ?? "") };
}

function ofLimit(named: NamedMeter, view: View): Words {
  const { meter } = named;
  const end = endOf(meter, view);
  const isFull = meter.remaining === 0;
  const left = `${fullCount(meter.remaining)} left, ${verbOf(meter.window)} ${end}`;
  return {
    headline: isFull ? `Full: ${countOf(named)} used` : usedText(limitOf(named)),
    detail: inWorkspace(view, isFull ? `opens ${end}` : left),
  };
}

function recovery({ key, reading }: Notice, view: View): Words {
  const headline = RECOVERIES[key.split(" ")[0]] ?? "Calls go through again";
  const named = reading?.named;
  return { headline, detail: inWorkspace(view, named ? `${countOf(named)} used` : "back to normal") };
}

/** `41 left, frees up within a minute. Workspace acme.` */
function inWorkspace({ workspace_id }: View, text: string): string {
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return `${sentence}${sentence.endsWith(".") ? "" : "."} Workspace ${workspace_id}.`;
}

/** `456 of 500 requests a minute`. */
function countOf(named: NamedMeter): string {
  const { used, limit, phrase } = limitOf(named);
  return `${fullCount(used)} of ${fullCount(limit)} ${phrase}`;
}

function endOf({ window, resets_at }: Meter, { clock_offset_ms }: View): string {
  return window === "calendar_day" ? `at ${timeOfDay(Date.parse(resets_at) - clock_offset_ms)}` : "within a minute";
}

/** `00:00`, without the day: an end is at most a day away. */
function timeOfDay(at: number): string {
  return wallTime(new Date(at).toISOString(), at);
}
