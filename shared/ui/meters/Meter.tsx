/** One limit: its bar, share and counts, and when it opens or resets. */
import { isCurrent, type View } from "../../view.ts";
import { describeMeter, type MeterText } from "./describe_meter.ts";
import type { NamedMeter } from "./tightest.ts";
import { meterWait } from "../time/wait_text.ts";

interface MeterProps {
  of: NamedMeter;
  view: View;
  /** Local epoch milliseconds. */
  now: number;
}

export function Meter({ of, view, now }: MeterProps) {
  const { name, meter, model } = of;
  const warnAt = view.status!.warning_ratio;
  const text = describeMeter(of, warnAt);
  return (
    <li class={`meter tone-${text.tone}`} data-meter={name} data-model={model}>
      <div class="row" aria-hidden="true">
        <span class="short">{text.short}</span>
        <span class="long" title={text.label}>{text.long}</span>
        <span class="reserved-text number" title="Held for calls that are still running">{text.reservedText}</span>
        <span class="percent number">{text.percent}</span>
      </div>
      <Bar text={text} warnAt={warnAt} />
      <div class="row below number">
        <span aria-hidden="true">
          <span class="count">{text.count}</span> · <span class="left">{text.left}</span>
        </span>
        <span class="wait">
          {meterWait(meter, { current: isCurrent(view), cause: view.status!.cause }, view.clock_offset_ms, now)}
        </span>
      </div>
    </li>
  );
}

/** A meter without `aria-valuemin` and `aria-valuemax` ranges from 0 to 100. */
function Bar({ text, warnAt }: { text: MeterText; warnAt: number }) {
  return (
    <div
      class="bar"
      role="meter"
      aria-label={text.label}
      aria-valuenow={text.share}
      aria-valuetext={text.spoken}
    >
      <div class="track">
        <div class={text.used > 0 ? "used some" : "used"} style={{ width: `${text.used}%` }} />
        <div class={text.reserved > 0 ? "reserved some" : "reserved"} style={{ width: `${text.reserved}%` }} />
      </div>
      <div class="tick" style={{ left: `${warnAt * 100}%` }} />
    </div>
  );
}
