/** A view in words: headline, detail, times and action. */
import { percentText } from "../../format.ts";
import type { Cause } from "../../quota.ts";
import { isThisComputer, type View } from "../../view.ts";
import { listText, say } from "../../words/say.ts";
import type { Text } from "../../words/texts.ts";
import { wallTime } from "../time/time_text.ts";
import { endText, soonText, waitText } from "../time/wait_text.ts";
import { arbitrate, type Glance } from "./arbiter.ts";
import { causeText } from "./describe_cause.ts";
import { type Action, describeAction } from "./describe_action.ts";
import { headlineOf, hostOf, lastKnown } from "./describe_headline.ts";
import { type DisplayState, isBlocked, type Tone } from "./tone.ts";

export interface StatusText {
  state: DisplayState;
  tone: Tone;
  /** One fact with its number. */
  headline: string;
  /** Why, or how much is left. */
  detail: string | null;
  /** `Since 10:05 · opens at 10:06`; null where the status has no cause. */
  when: string | null;
  action: Action | null;
  /** Whether to offer a retry. */
  retry: boolean;
}

const RETRIED = new Set<DisplayState>(["stale", "offline", "outdated", "refused"]);

/** @param now local epoch milliseconds. */
export function describeStatus(known: View, now: number): StatusText {
  const glance = arbitrate(known, now);
  const { state, tone, view } = glance;
  const cause = causeOf(glance);
  return {
    state,
    tone,
    headline: headlineOf(glance, now),
    detail: detailOf(glance),
    when: cause && whenText(glance, cause.since, now),
    action: cause ? describeAction(cause, isBlocked(state)) : state === "offline" ? startAction(view) : null,
    retry: RETRIED.has(state),
  };
}

/** Why, or how much is left. The toolbar says no more than this and the headline. */
export function detailOf(glance: Glance): string | null {
  if (!glance.current) return ofConnection(glance);
  const cause = causeOf(glance);
  return cause && causeText(glance.state, cause, glance.limit) || leftText(glance);
}

function causeOf({ current, view }: Glance): Cause | null {
  return current ? view.status!.cause : null;
}

/** Only a service on the reader's own machine is theirs to start. */
function startAction({ server_url }: View): Action | null {
  return isThisComputer(URL.parse(server_url)?.hostname ?? "")
    ? { text: say("Start it with"), code: "npm start", link: null }
    : null;
}

/** `60 % left, frees up in 47 s`. */
function leftText({ used, wait }: Glance): string | null {
  if (used === null) return null;
  return capitalized(
    listText([say("{count} left", { count: percentText(100 - used) }), ...wait ? [waitText(wait)] : []]),
  );
}

/** A blocked status has its countdown in the headline. */
function whenText({ state, view, wait }: Glance, since: string, now: number): string {
  const service_now = now + view.clock_offset_ms;
  const begin = say("Since {time}", { time: wallTime(since, service_now) });
  if (!wait) return begin;
  const soon = isBlocked(state) ? "" : ` (${soonText(wait)})`;
  return `${begin} · ${endText(wait, service_now)}${soon}`;
}

function ofConnection({ state, view }: Glance): string | null {
  const last = lastKnown(view);
  const sentences = [reasonOf(state, view), last && say("Last known: {headline}.", { headline: last })].filter(Boolean);
  return sentences.length > 0 ? sentences.join(" ") : null;
}

function reasonOf(state: DisplayState, view: View): string | null {
  if (state === "unconfigured") return say("Connect to your team's service to see how much of its limits is used.");
  if (state === "stale") return say("These are old numbers.");
  if (state === "outdated" && !view.problem) return newerService(view);
  return view.problem && withoutHeadline(view.problem, view);
}

function newerService({ connection, status, server_url }: View): string {
  const host = hostOf(server_url);
  if (connection === "outdated" || !status) return say("{host} is newer than this extension.", { host });
  return say('{host} is newer than this extension: it reports "{status}".', { host, status: status.status });
}

/** Sentences whose begin a headline says. */
const HEADLINED = [
  "The browser does not let the extension reach {address} yet: {reason}",
  "Cannot reach {address}: {reason}",
  "Cannot use {address}: {reason}",
  'Cannot show workspace "{workspace}": {reason}',
] as const satisfies Text[];

/** The problem, which is a whole sentence for other places, without the words that the headline has said. */
function withoutHeadline(problem: string, { server_url, workspace_id }: View): string {
  const values = { address: server_url, workspace: workspace_id, reason: "" };
  const starts = HEADLINED.map((text) => say(text, values));
  const start = starts.find((start) => problem.startsWith(start)) ?? "";
  const rest = problem.slice(start.length).replace(/ Update the extension\.$/, "");
  return start ? capitalized(rest) : rest;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
