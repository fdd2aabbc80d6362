/** The limits that are set, and which of them is closest to full. */
import { METER_LABELS } from "../../format.ts";
import type { MeterName } from "../../meters.ts";
import { say } from "../../words/say.ts";
import type { Meter, Stats, StatusBody } from "../../quota.ts";

/** A limit that is set, with its name. */
export interface NamedMeter {
  name: MeterName;
  meter: Meter;
  /** The model that the limit applies to; left out where it applies to the whole workspace. */
  model?: string;
}

type Limited = Pick<StatusBody, "stats" | "models">;

// The keys of the labels, because importing METER_NAMES would import the schemas too.
const NAMES = Object.keys(METER_LABELS) as MeterName[];

/** The limits that are set, in display order: the workspace's, then those of its models. */
export function metersOf({ stats, models = [] }: Limited): NamedMeter[] {
  const all: { stats: Stats; model?: string }[] = [{ stats }, ...models];
  return all.flatMap(({ stats, model }) =>
    NAMES.flatMap((name) => stats[name] ? [{ name, meter: stats[name], model }] : [])
  );
}

/** The limit with the highest used share, the first in display order of equals, or null when none is set. */
export function tightest(status: Limited): NamedMeter | null {
  let worst: NamedMeter | null = null;
  for (const each of metersOf(status)) {
    if (!worst || percentageOf(each.meter) > percentageOf(worst.meter)) worst = each;
  }
  return worst;
}

/** Used and reserved share of a limit in percent. A limit of zero is always full. */
export function percentageOf(meter: Meter): number {
  return meter.limit > 0 ? meter.percentage : 100;
}

/** `Requests a minute`, `requests a minute to gpt-5.4`. */
export function limitName(limit: string, model: string | undefined): string {
  return model ? say("{limit} to {model}", { limit, model }) : limit;
}
