/** One limit: its bar, share and counts, when it opens or resets, and the provider's own count of it. */
import { METER_LABELS } from "../../format.ts";
import { isCurrent, type View } from "../../view.ts";
import { meterWait, type TimeForm } from "../time/wait_text.ts";
import { describeMeter, type MeterText } from "./describe_meter.ts";
import { elsewhereText, reportedText, reportedTitle } from "./describe_reported.ts";
import { say } from "../../words/say.ts";
import { type ShareForm, shareText } from "./describe_share.ts";
import { type Reported, reportedFor, reportedShare } from "./reported.ts";
import { shortName } from "./short_name.ts";
import type { NamedMeter } from "./tightest.ts";

/** How meters are written, and what a click on their numbers does. */
export interface MeterForm {
  share: ShareForm;
  time: TimeForm;
  /** A click on a share. For the keyboard the surface has a command elsewhere. */
  onShare?: () => void;
  /** A click on a wait. */
  onTime?: () => void;
}

interface MeterProps {
  of: NamedMeter;
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  form: MeterForm;
  /** The model's name is shown above it. */
  inModel?: boolean;
}

export function Meter({ of, view, now, form, inModel = false }: MeterProps) {
  const { name, meter, model } = of;
  const status = view.status!;
  const warnAt = status.warning_ratio;
  const text = describeMeter(of, warnAt);
  const report = reportedFor(of, status);
  const isPoolKnown = model !== undefined || status.provider.length === 1;
  const wait = (time: TimeForm) =>
    meterWait(meter, { current: isCurrent(view), cause: status.cause, time }, view.clock_offset_ms, now);
  return (
    <MeterLine
      name={name}
      model={model}
      text={text}
      long={inModel ? say(METER_LABELS[name].long) : shortName(text.long)}
      warnAt={warnAt}
      report={report}
      form={form}
      wait={wait}
    >
      {report && <ReportedLine report={report} isPoolKnown={isPoolKnown} view={view} now={now} />}
    </MeterLine>
  );
}

interface LineProps {
  /** Of the limit or budget, for style sheets and tests. */
  name: string;
  model?: string;
  text: MeterText;
  /** The name that is shown. */
  long: string;
  warnAt: number;
  report: Reported | null;
  form: MeterForm;
  wait(time: TimeForm): string;
  children?: ReturnType<typeof Share> | string | null;
}

/** The lines of a limit or budget. */
export function MeterLine({ name, model, text, long, warnAt, report, form, wait, children }: LineProps) {
  return (
    <li class={`meter tone-${text.tone}`} data-meter={name} data-model={model}>
      <div class="row" aria-hidden="true">
        <span class="names">
          <span class="short" dir="ltr">{text.short}</span>
          <span class="long" title={text.label}>{long}</span>
        </span>
        <span class="reserved-text number" title={say("Held for calls that are still running")}>
          {text.reservedText}
        </span>
        <Share percent={text.share} form={form} />
      </div>
      <Bar text={text} warnAt={warnAt} report={report} />
      <div class="row below number">
        <span aria-hidden="true">
          <span class="count">{text.count}</span> · <span class="left">{text.left}</span>
        </span>
        <span class="wait" title={wait(form.time === "relative" ? "absolute" : "relative")} onClick={form.onTime}>
          {wait(form.time)}
        </span>
      </div>
      {children}
    </li>
  );
}

/** The share that is used, or left. */
export function Share({ percent, form: { share, onShare } }: { percent: number; form: MeterForm }) {
  const { number, word } = shareText(percent, share);
  const other = shareText(percent, share === "used" ? "left" : "used");
  return (
    <span class="share" title={`${other.number} ${other.word}`} onClick={onShare}>
      <span class="percent number">{number}</span> {word}
    </span>
  );
}

interface BarProps {
  text: Pick<MeterText, "label" | "spoken" | "share" | "used" | "reserved">;
  warnAt: number;
  report: Reported | null;
}

/** A meter without `aria-valuemin` and `aria-valuemax` ranges from 0 to 100. */
function Bar({ text, warnAt, report }: BarProps) {
  return (
    <div
      class="bar"
      role="meter"
      aria-label={text.label}
      aria-valuenow={text.share}
      aria-valuetext={text.spoken}
    >
      <Track {...text} warnAt={warnAt} report={report} />
    </div>
  );
}

/** What is used and reserved, the share from which the limit warns, and the provider's count as a second mark. */
export function Track(
  { used, reserved, warnAt, report }: Omit<BarProps, "text"> & Pick<MeterText, "used" | "reserved">,
) {
  return (
    <>
      <div class="track">
        <div class={used > 0 ? "used some" : "used"} style={{ width: `${used}%` }} />
        <div class={reserved > 0 ? "reserved some" : "reserved"} style={{ width: `${reserved}%` }} />
      </div>
      <div class="tick" style={{ insetInlineStart: `${warnAt * 100}%` }} />
      {report && <div class="mark" style={{ insetInlineStart: `${Math.min(100, reportedShare(report))}%` }} />}
    </>
  );
}

interface ReportedLineProps {
  report: Reported;
  /** Whether the pool's name is shown above it. */
  isPoolKnown: boolean;
  view: View;
  /** Local epoch milliseconds. */
  now: number;
}

/** The provider's count in words, with the mark that it has on the bar. */
export function ReportedLine({ report, isPoolKnown, view, now }: ReportedLineProps) {
  const elsewhere = elsewhereText(report);
  return (
    <p class="reported number">
      <span title={reportedTitle(report, view.clock_offset_ms, now)}>{reportedText(report, isPoolKnown)}</span>
      {elsewhere && <span class="elsewhere">{elsewhere}</span>}
    </p>
  );
}
