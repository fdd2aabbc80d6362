/**
 * The tracked sockets that are on the package `ws`, which a program installs beside this one. Apart from the rest, which
 * needs no `ws`.
 *
 * @module
 */
export { QuotaTrackedForksWS, QuotaTrackedLiveWS, QuotaTrackedSidebandWS } from "./sockets/live_ws.ts";
export { QuotaTrackedBetaRealtimeWS, QuotaTrackedRealtimeWS } from "./sockets/realtime_ws.ts";
export { QuotaTrackedBetaResponsesWS, QuotaTrackedResponsesWS } from "./sockets/responses_ws.ts";
