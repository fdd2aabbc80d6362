/** Which limit to look at first. */
import { METER_LABELS } from "../../shared/format.ts";
import type { MeterName } from "../../shared/meters.ts";
import type { Meter, Stats, StatusBody } from "../../shared/quota.ts";
import { percentageOf } from "./describe_meter.ts";

/** A limit that is set, with its name. */
export interface NamedMeter {
  name: MeterName;
  meter: Meter;
  /** Whose own limit it is; left out where it is the workspace's. */
  model?: string;
}

type Limited = Pick<StatusBody, "stats" | "models">;

// The keys of the labels and not METER_NAMES, which would bring the schemas along.
const NAMES = Object.keys(METER_LABELS) as MeterName[];

/** The limits that are set, in the order in which they are shown: the workspace's, then those of its models. */
export function metersOf({ stats, models = [] }: Limited): NamedMeter[] {
  const all: { stats: Stats; model?: string }[] = [{ stats }, ...models];
  return all.flatMap(({ stats, model }) =>
    NAMES.flatMap((name) => stats[name] ? [{ name, meter: stats[name], model }] : [])
  );
}

/** The limit with the least headroom by share, the first shown of equals, or null when none is set. */
export function tightest(status: Limited): NamedMeter | null {
  let worst: NamedMeter | null = null;
  for (const each of metersOf(status)) {
    if (!worst || percentageOf(each.meter) > percentageOf(worst.meter)) worst = each;
  }
  return worst;
}
