/** `GET /api/quota/history`, `…/attempts` and `…/calls/{call_id}`: what happened, over time and call by call. */
import { defineFeature, type FeatureDeps } from "../feature.ts";
import { attemptExport, attemptPage, attemptPageRoute } from "./attempt_routes.ts";
import { callAnswer, callRoute } from "./call_route.ts";
import { historyAnswer, historyExport, historyRoute } from "./history_routes.ts";
import { RefusalCounter } from "./refusal_counter.ts";
import { startShortening } from "./shortening.ts";
import { ATTEMPT_PAGE_EXAMPLE, HISTORY_EXAMPLE } from "./examples.ts";
import { attemptLine, EXPORT_TYPES, type ExportFormat, historyLines, linesAs } from "./tables.ts";

interface HistoryState {
  deps: FeatureDeps;
  refusals: RefusalCounter;
  stopShortening: () => void;
}

const FORMATS = Object.keys(EXPORT_TYPES) as ExportFormat[];

export const history = defineFeature<HistoryState>({
  routes: [
    { ...historyRoute, handle: (request, { deps }) => historyAnswer(request, deps) },
    ...FORMATS.map((format) => ({
      ...historyRoute,
      path: `${historyRoute.path}.${format}`,
      summary: `The same as ${format === "csv" ? "CSV" : "JSON lines"}: a line for each step and group`,
      answer: { status: 200 as const, type: EXPORT_TYPES[format] },
      example: { answer: linesAs(format, historyLines(HISTORY_EXAMPLE), true) },
      handle: (request: Parameters<typeof historyExport>[1], { deps }: HistoryState) =>
        historyExport(format, request, deps),
    })),
    { ...callRoute, handle: (request, { deps }) => callAnswer(request, deps) },
    { ...attemptPageRoute, handle: (request, { deps }) => attemptPage(request, deps) },
    ...FORMATS.map((format) => ({
      ...attemptPageRoute,
      path: `${attemptPageRoute.path}.${format}`,
      summary: `All attempts that are found, as ${format === "csv" ? "CSV" : "JSON lines"}`,
      answer: { status: 200 as const, type: EXPORT_TYPES[format] },
      example: { answer: linesAs(format, ATTEMPT_PAGE_EXAMPLE.data.map(attemptLine), true) },
      handle: (request: Parameters<typeof attemptExport>[1], { deps }: HistoryState) =>
        attemptExport(format, request, deps),
    })),
  ],
  start(deps) {
    const { ledger, clock, config, log, tracker } = deps;
    const refusals = new RefusalCounter({ clock, note: (row) => tracker.noteRefusals(row) });
    tracker.events.add(refusals);
    const stopShortening = startShortening({ ledger, clock, zone: config.timezone, log });
    return { deps, refusals, stopShortening };
  },
  stop({ refusals, stopShortening }) {
    refusals.stop();
    stopShortening();
  },
});
