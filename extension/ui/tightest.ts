/** Which limit to look at first. */
import { METER_LABELS } from "../../shared/format.ts";
import type { MeterName } from "../../shared/meters.ts";
import type { Meter, Stats } from "../../shared/quota.ts";
import { percentageOf } from "./describe_meter.ts";

/** A limit that is set, with its name. */
export interface NamedMeter {
  name: MeterName;
  meter: Meter;
}

// The keys of the labels and not METER_NAMES, which would bring the schemas along.
const NAMES = Object.keys(METER_LABELS) as MeterName[];

/** The limits that are set, in the order in which they are shown. */
export function metersOf(stats: Stats): NamedMeter[] {
  return NAMES.flatMap((name) => {
    const meter = stats[name];
    return meter ? [{ name, meter }] : [];
  });
}

/** The limit with the least headroom by share, the first shown of equals, or null when none is set. */
export function tightest(stats: Stats): NamedMeter | null {
  let worst: NamedMeter | null = null;
  for (const each of metersOf(stats)) {
    if (!worst || percentageOf(each.meter) > percentageOf(worst.meter)) worst = each;
  }
  return worst;
}
