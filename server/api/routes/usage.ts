/** `GET /api/quota/usage` */
import { UsageReport } from "../../../shared/api.ts";
import { addTotals, noTotals, wireTotals } from "../../tracker/gauges/day_usage.ts";
import { TOTALS_EXAMPLE } from "../status_example.ts";
import { route } from "../route.ts";

export const usage = route({
  method: "GET",
  path: "/api/quota/usage",
  tag: "Status",
  summary: "Today's usage of a workspace, in total and by model",
  by_workspace: true,
  access: "read",
  answer: { status: 200, schema: UsageReport },
  example: {
    answer: {
      workspace_id: "acme",
      totals: TOTALS_EXAMPLE,
      by_model: [{ model: "gpt-5.4", ...TOTALS_EXAMPLE }],
    },
  },
  problems: ["ledger_unavailable"],
  handle: async ({ workspace_id }, { tracker, ledger }) => {
    const { start_ms, end_ms } = tracker.day;
    // Attempts that have ended may still be on the way to the ledger.
    await tracker.flushed();
    const models = await ledger.usage(workspace_id, start_ms, end_ms);
    const totals = models.reduce(addTotals, noTotals());
    const by_model = models.map(({ workspace_id: _, model, ...sums }) => ({ model, ...wireTotals(sums, start_ms) }));
    return { workspace_id, totals: wireTotals(totals, start_ms), by_model };
  },
});
