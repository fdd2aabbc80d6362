import { assertEquals } from "../../../tests/support/assert.ts";
import type { History, HistorySums } from "../../../shared/history/history.ts";
import { drawnLimits, drawnValues, isEmpty, OTHER_TONE, REFUSED_TONE } from "./chart_data.ts";
import { failuresOf, percentilesOf, stackOf } from "./history_series.ts";
import { pointText } from "./point_text.ts";
import { axisText, stepText } from "./step_text.ts";

const NONE: HistorySums = {
  calls: 0,
  attempts: 0,
  failed: 0,
  failures: { rate_limited: 0, quota: 0, server: 0, client: 0, network: 0, other: 0 },
  aborted: 0,
  refused: 0,
  estimated_calls: 0,
  unknown_calls: 0,
  unpriced_calls: 0,
  input_tokens: 0,
  cached_input_tokens: 0,
  output_tokens: 0,
  reasoning_tokens: 0,
  total_tokens: 0,
  charged_tokens: 0,
  cost_usd: "0.000000000",
  latency_ms: null,
  first_byte_ms: null,
};
const sums = (some: Partial<HistorySums>): HistorySums => ({ ...NONE, ...some });

const HOSTILE = "<img src=x onerror=alert(1)>";

const HISTORY: History = {
  workspace_id: "acme",
  from: "2026-11-20T23:00:00.000Z",
  to: "2026-11-21T01:00:00.000Z",
  step: "hour",
  zone: "Europe/Berlin",
  by: "model",
  steps: ["2026-11-20T23:00:00.000Z", "2026-11-21T00:00:00.000Z"],
  groups: [
    {
      group: HOSTILE,
      other: false,
      totals: NONE,
      points: [
        sums({ attempts: 3, refused: 1, total_tokens: 900, charged_tokens: 100, cost_usd: "75.000000001" }),
        null,
      ],
    },
    { group: null, other: false, totals: NONE, points: [null, sums({ attempts: 2, unpriced_calls: 2 })] },
    { group: null, other: true, totals: NONE, points: [sums({ attempts: 1 }), null] },
  ],
  totals: NONE,
  points: [sums({ attempts: 4, latency_ms: { p50: 840, p95: 1240, p99: 12_300 } }), sums({ attempts: 2 })],
  pending_attempts: 0,
};

Deno.test("each group is a series with its name as it is, and the remaining groups have no hue of their own", () => {
  const { series } = stackOf(HISTORY, "requests");
  assertEquals(series.map(({ label, tone, values }) => [label, tone, values]), [
    [HOSTILE, 2, [3, null]],
    ["No model", 1, [null, 2]],
    ["Others", OTHER_TONE, [1, null]],
  ]);
});

Deno.test("the calls that a limit refused are on top of the requests, with a hue of their own", () => {
  const points = [sums({ attempts: 4, refused: 5 }), null];
  const { series } = stackOf({ ...HISTORY, points }, "requests");
  assertEquals([series.length, series[3].label, series[3].tone], [4, "Refused by a limit", REFUSED_TONE]);
  assertEquals([series[3].values, series[3].texts], [[5, null], ["5", "0"]]);
});

Deno.test("by outcome, the calls that a limit refused are requests, too", () => {
  const groups = [{ ...HISTORY.groups[0], group: "refused", points: [sums({ refused: 7 }), null] }];
  const [{ label, tone, values }] = stackOf({ ...HISTORY, by: "outcome", groups }, "requests").series;
  assertEquals([label, tone, values], ["Refused by a limit", REFUSED_TONE, [7, null]]);
});

Deno.test("tokens are those that count toward limits", () => {
  assertEquals(stackOf(HISTORY, "tokens").series[0].values, [1000, null]);
});

Deno.test("an amount is rounded up from its decimal string, and a missing price makes it a minimum", () => {
  const [priced, unpriced] = stackOf(HISTORY, "cost").series;
  assertEquals(priced.texts, ["$75.01", "0"]);
  assertEquals(unpriced.texts, ["0", "at least $0.00"]);
});

Deno.test("a history without groups is one series", () => {
  const { series } = stackOf({ ...HISTORY, by: null, groups: [] }, "requests");
  assertEquals(series.map(({ label, values }) => [label, values]), [["All", [4, 2]]]);
});

Deno.test("more groups than hues repeat them", () => {
  const [group] = HISTORY.groups;
  const groups = Array.from({ length: 10 }, (_, at) => ({ ...group, group: `model-${at}` }));
  const tones = stackOf({ ...HISTORY, groups }, "requests").series.map(({ tone }) => tone);
  assertEquals(tones, [1, 2, 3, 4, 5, 6, 7, 1, 2, 3]);
});

Deno.test("percentiles are lines with a gap where nothing was measured", () => {
  const chart = percentilesOf(HISTORY, "latency_ms");
  assertEquals(chart.series.map(({ label, values, texts }) => [label, values, texts]), [
    ["p50", [840, null], ["840 ms", "–"]],
    ["p95", [1240, null], ["1.2 s", "–"]],
    ["p99", [12_300, null], ["12.3 s", "–"]],
  ]);
  assertEquals(isEmpty(percentilesOf(HISTORY, "first_byte_ms")), true);
});

Deno.test("failures are stacked by their class, without the classes that did not happen", () => {
  const failures = { ...NONE.failures, network: 2 };
  const history = { ...HISTORY, totals: sums({ failures }), points: [sums({ failures }), null] };
  assertEquals(failuresOf(history).series.map(({ label, values, texts }) => [label, values, texts]), [
    ["No answer", [2, null], ["2", "0"]],
  ]);
  assertEquals(isEmpty(failuresOf(HISTORY)), true);
});

Deno.test("a stack's first series is the lowest, and its last has the sum", () => {
  assertEquals(drawnValues(stackOf(HISTORY, "requests")), [[3, null], [3, 2], [4, 2]]);
});

Deno.test("a limit far above the values is not drawn", () => {
  const limit = (value: number) => ({ label: "Limit", value, text: String(value) });
  assertEquals(drawnLimits(stackOf(HISTORY, "requests", [limit(10), limit(10_000)])), [limit(10)]);
});

Deno.test("a point is spoken in the zone of the chart, with the series that have a value", () => {
  assertEquals(pointText(stackOf(HISTORY, "requests"), 1), "Sat 21 Nov, 01:00 · No model: 2");
});

Deno.test("a day begins with its date on the axis, in the zone of the chart", () => {
  const { steps, step, zone } = stackOf(HISTORY, "requests");
  assertEquals(steps.map((at) => axisText(at, { step, zone })), ["21 Nov", "01:00"]);
  assertEquals(stepText(steps[0], { step: "day", zone: "UTC" }), "Fri 20 Nov");
});
