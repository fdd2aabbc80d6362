/** One limit: its bar, its share, its counts and when it opens or resets, together. */
import { percent } from "../../format.ts";
import { isCurrent, type View } from "../../view.ts";
import { describeMeter, type MeterText } from "./describe_meter.ts";
import { now } from "../time/now.ts";
import { type NamedMeter, percentageOf } from "./tightest.ts";
import { meterWait } from "../time/time_text.ts";

export function Meter({ of, view }: { of: NamedMeter; view: View }) {
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
      <Bar text={text} warnAt={warnAt} value={Number(percent(percentageOf(meter)))} />
      <div class="row below number">
        <span aria-hidden="true">
          <span class="count">{text.count}</span> · <span class="left">{text.left}</span>
        </span>
        <Wait meter={meter} view={view} />
      </div>
    </li>
  );
}

/** From 0 to 100, as a meter is that says nothing else. */
function Bar({ text, warnAt, value }: { text: MeterText; warnAt: number; value: number }) {
  return (
    <div
      class="bar"
      role="meter"
      aria-label={text.label}
      aria-valuenow={value}
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

function Wait({ meter, view }: Pick<NamedMeter, "meter"> & { view: View }) {
  return <span class="wait">{meterWait(meter, isCurrent(view), view.clock_offset_ms, now())}</span>;
}
