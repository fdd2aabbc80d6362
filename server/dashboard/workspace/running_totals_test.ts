import { assertEquals } from "../../../tests/support/assert.ts";
import type { History } from "../../../shared/history/history.ts";
import { stackOf } from "../charts/history_series.ts";
import { runningTotals } from "./running_totals.ts";

const point = (attempts: number, cost_usd: string, unpriced_calls = 0) =>
  ({ attempts, refused: 1, total_tokens: 10, charged_tokens: 0, cost_usd, unpriced_calls }) as History["points"][
    number
  ];

/** Seven hours around midnight in Berlin, which is 23:00 in UTC. */
const POINTS = [
  point(1, "0.100000000"),
  null,
  point(2, "0.000000001"),
  null,
  point(4, "90000000.000000001"),
  point(8, "0.900000000", 1),
  null,
];
const HISTORY = {
  zone: "Europe/Berlin",
  step: "hour",
  by: "model",
  to: "2026-11-21T02:00:00.000Z",
  steps: [19, 20, 21, 22, 23, 24, 25].map((hour) => new Date(Date.UTC(2026, 10, 20, hour)).toISOString()),
  points: POINTS,
  groups: [{ group: "gpt-5.4", other: false, points: POINTS }],
} as unknown as History;

Deno.test("each step has the sum of its day so far, and a day begins with nothing", () => {
  const { points } = runningTotals(HISTORY, HISTORY.steps[0]);
  assertEquals(points.map((sums) => sums && [sums.attempts, sums.refused]), [
    [1, 1],
    [1, 1],
    [3, 2],
    [3, 2],
    [4, 1],
    [12, 2],
    [12, 2],
  ]);
});

Deno.test("amounts are added exactly, and a missing price stays known", () => {
  const { series } = stackOf(runningTotals(HISTORY, HISTORY.steps[0]), "cost");
  assertEquals(series[0].texts.at(-1), "at least $90,000,000.90");
  const { groups } = runningTotals(HISTORY, HISTORY.steps[0]);
  assertEquals(groups[0].points.at(-1)!.cost_usd, "90000000.900000001");
});

Deno.test("the steps before the start are part of the sums alone", () => {
  const { steps, points } = runningTotals(HISTORY, "2026-11-20T21:00:00.000Z");
  assertEquals([steps.length, points.length, points[0]!.attempts], [5, 5, 3]);
});
