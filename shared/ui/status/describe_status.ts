/** A view in words: headline, detail and action. */
import { METER_LABELS, percent } from "../../format.ts";
import type { StatusBody } from "../../quota.ts";
import type { View } from "../../view.ts";
import { type Action, describeAction } from "./describe_action.ts";
import { percentageOf, tightest, toModel } from "../meters/tightest.ts";
import { type DisplayState, displayStateOf, isBlocked, type Tone, toneOf } from "./tone.ts";

export interface StatusText {
  state: DisplayState;
  tone: Tone;
  /** The state in words. It has no number, so that screen readers announce only changes of status. */
  headline: string;
  detail: string | null;
  /** Instants of the service from and until which the cause applies; null where the numbers are not current. */
  since: string | null;
  until: string | null;
  action: Action | null;
  /** Buttons to offer. */
  retry: boolean;
  options: "connect" | "check" | null;
}

const HEADLINES: Record<DisplayState, string> = {
  normal: "Normal",
  warning: "Warning",
  rate_limited: "Rate limited",
  quota_exceeded: "Quota exceeded",
  degraded: "Degraded",
  unconfigured: "Not set up",
  connecting: "Connecting…",
  stale: "Stale",
  offline: "Offline",
  not_permitted: "Permission missing",
  key_refused: "Key refused",
  outdated: "Update the extension",
  refused: "Refused",
};

const CHECKED = new Set<DisplayState>(["not_permitted", "key_refused", "refused"]);
const RETRIED = new Set<DisplayState>(["stale", "offline", "outdated", "refused"]);

/** A status or connection state in one or two words. */
export function headlineOf(state: DisplayState): string {
  return HEADLINES[state];
}

export function describeStatus(view: View): StatusText {
  const state = displayStateOf(view);
  const base = {
    state,
    tone: toneOf(state),
    headline: HEADLINES[state],
    since: null,
    until: null,
    action: null,
    retry: RETRIED.has(state),
    options: state === "unconfigured" ? "connect" as const : CHECKED.has(state) ? "check" as const : null,
  };
  if (state === view.status?.status) return { ...base, ...ofStatus(view.status) };
  return { ...base, detail: ofConnection(view), action: state === "offline" ? START : null };
}

const START: Action = { text: "On this machine, start it with", code: "npm start", link: null };

function ofStatus(status: StatusBody): Pick<StatusText, "detail" | "since" | "until" | "action"> {
  const { cause } = status;
  if (!cause) return { detail: headroom(status), since: null, until: null, action: null };
  const { message, since, until } = cause;
  return { detail: message, since, until, action: describeAction(cause, isBlocked(status.status)) };
}

function headroom(status: StatusBody): string {
  const worst = tightest(status);
  if (!worst) return "No limit is set for this workspace.";
  const left = 100 - Number(percent(percentageOf(worst.meter)));
  return `${left}% headroom on ${METER_LABELS[worst.name].short}${toModel(worst)}, the tightest limit.`;
}

function ofConnection(view: View): string | null {
  const last = view.status ? ` Last known: ${HEADLINES[view.status.status].toLowerCase()}.` : "";
  const host = hostOf(view.server_url);
  switch (view.connection) {
    case "unconfigured":
      return "Connect to your team's service to see how much headroom is left.";
    case "stale":
      return `Nothing was confirmed lately: these are old numbers.${last}`;
    case "offline":
      return `${view.problem ?? `The service at ${host} cannot be reached.`}${last}`;
    case "not_permitted":
    case "key_refused":
    case "refused":
      return view.problem ?? `The service at ${host} refused.`;
    case "outdated":
      return view.problem ?? `The service at ${host} is newer than this extension.${last}`;
    default:
      return host ? `Asking ${host}.` : null;
  }
}

/** Host and port of an address, or the text itself where it is not an address. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
