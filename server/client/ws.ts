/**
 * The tracked sockets that use the package `ws`, which the program has to install. This entry is separate because the other
 * does not need `ws`.
 *
 * @module
 */
export { QuotaTrackedForksWS, QuotaTrackedLiveWS, QuotaTrackedSidebandWS } from "./sockets/live_ws.ts";
export { QuotaTrackedBetaRealtimeWS, QuotaTrackedRealtimeWS } from "./sockets/realtime_ws.ts";
export { QuotaTrackedBetaResponsesWS, QuotaTrackedResponsesWS } from "./sockets/responses_ws.ts";
