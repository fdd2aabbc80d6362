/** The texts and bar lengths of a meter. */
import { fullCount, METER_LABELS, percentText, usedPercent } from "../../format.ts";
import type { Meter } from "../../quota.ts";
import { listText, say } from "../../words/say.ts";
import { lineCount } from "./count_text.ts";
import { limitName, type NamedMeter, percentageOf } from "./tightest.ts";
import type { Tone } from "../status/tone.ts";

export interface MeterText {
  short: string;
  /** The limit's full name, or the model's name where the limit applies to one model. */
  long: string;
  /** Both names, for screen readers. */
  label: string;
  tone: Tone;
  /** Lengths in percent of the bar, together at most 100. */
  used: number;
  reserved: number;
  /** Used and reserved in whole percent, from 0 to 100. */
  share: number;
  /** `92 %`: the same as text. */
  percent: string;
  /** `456 of 500`. */
  count: string;
  /** `41 left`, `none left`, or `112 over` when more was sent than the limit allows. */
  left: string;
  /** `3 reserved`, or empty. */
  reservedText: string;
  /** One sentence with the full counts, for screen readers. */
  spoken: string;
}

/** @param warnAt used share from which the limit warns, 0 to 1. */
export function describeMeter(limit: NamedMeter, warnAt: number): MeterText {
  const { name, meter, model } = limit;
  const { short, long, unit } = METER_LABELS[name];
  const used = share(meter.current, meter.limit);
  const reserved = Math.min(share(meter.reserved, meter.limit), 100 - used);
  const whole = usedPercent(meter.current + meter.reserved, meter.limit);
  const left = leftText(meter, lineCount);
  return {
    short,
    long: model ?? say(long),
    label: limitName(say(long), model),
    tone: toneOfMeter(meter, warnAt),
    used,
    reserved,
    share: whole,
    percent: percentText(whole),
    count: say("{used} of {limit}", { used: lineCount(meter.current), limit: lineCount(meter.limit) }),
    left,
    reservedText: meter.reserved > 0 ? say("{count} reserved", { count: lineCount(meter.reserved) }) : "",
    spoken: spoken(meter, whole, unit),
  };
}

const SPOKEN = {
  requests: "{percent} percent: {used} of {limit} requests used",
  tokens: "{percent} percent: {used} of {limit} tokens used",
} as const;

function share(count: number, limit: number): number {
  return limit > 0 ? Math.min(100, count / limit * 100) : 100;
}

function toneOfMeter(meter: Meter, warnAt: number): Tone {
  if (meter.remaining === 0) return "critical";
  return percentageOf(meter) >= warnAt * 100 ? "warning" : "ok";
}

function leftText(meter: Meter, number: (count: number) => string): string {
  const over = meter.current + meter.reserved - meter.limit;
  if (over > 0) return say("{count} over", { count: number(over) });
  return meter.remaining > 0 ? say("{count} left", { count: number(meter.remaining) }) : say("none left");
}

function spoken(meter: Meter, percent: number, unit: keyof typeof SPOKEN): string {
  const counts = say(SPOKEN[unit], { percent, used: meter.current, limit: meter.limit });
  const reserved = meter.reserved > 0 ? [say("{count} reserved", { count: fullCount(meter.reserved) })] : [];
  return listText([counts, ...reserved, leftText(meter, fullCount)]);
}
