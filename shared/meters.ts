/** The four meters, in the order in which they are shown. */
export const METER_NAMES = [
  "requests_per_minute",
  "requests_per_day",
  "tokens_per_minute",
  "tokens_per_day",
] as const;
export type MeterName = (typeof METER_NAMES)[number];
