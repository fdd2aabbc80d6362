/** The list of models in words. */
import { METER_LABELS } from "../../format.ts";
import type { StatusBody } from "../../quota.ts";
import { listText, say, sayCount } from "../../words/say.ts";
import type { Tone } from "../status/tone.ts";
import { describeMeter } from "./describe_meter.ts";
import { elsewhereText, reportedText, wholeShare } from "./describe_reported.ts";
import type { ModelMeters } from "./order.ts";
import { type Reported, reportedFor } from "./reported.ts";

/** The button for the models that are not shown. */
export function moreText(count: number): string {
  return sayCount(count, "{count} more", "{count} more");
}

/** The tightest limit of a model, in one line. */
interface ModelLine {
  /** `RPM`, or `requests` for a limit of the provider alone. */
  limit: string;
  tone: Tone;
  /** Used share in whole percent. */
  percent: number;
  /** Lengths in percent of the bar. */
  used: number;
  reserved: number;
  /** The provider's count as a second mark on the bar. */
  report: Reported | null;
  /** For screen readers. */
  spoken: string;
}

export function describeModel({ meters: [of], reports: [reported] }: ModelMeters, status: StatusBody): ModelLine {
  if (!of) return describeReport(reported, status.warning_ratio);
  const { tone, share, used, reserved, label, spoken } = describeMeter(of, status.warning_ratio);
  const report = reportedFor(of, status);
  const limit = METER_LABELS[of.name].short;
  return { limit, tone, percent: share, used, reserved, report, spoken: `${label}: ${spoken}` };
}

/** Only the provider has this limit: the bar shows its count. */
function describeReport(reported: Reported, warnAt: number): ModelLine {
  const percent = wholeShare(reported);
  const tone = percent === 100 ? "critical" : percent >= warnAt * 100 ? "warning" : "ok";
  const parts = [reportedText(reported, true), elsewhereText(reported)].filter(Boolean);
  return {
    limit: say(reported.unit),
    tone,
    percent,
    used: percent,
    reserved: 0,
    report: null,
    spoken: listText(parts),
  };
}
