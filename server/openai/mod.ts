/**
 * The tracked client as other programs get it: the official OpenAI client, with every attempt counted by a Quota Gauge
 * service. This is the package's entry; within the project the files are imported by themselves.
 *
 * @module
 */
export { QuotaTrackedAzureOpenAI, type QuotaTrackedAzureOptions } from "./azure_client.ts";
export { QuotaTrackedOpenAI, type QuotaTrackedOptions } from "./client.ts";
export type { TrackingOptions } from "./client_tracking.ts";
export { type ClientFactory, clientFactory, getOpenAIClient, sharedRecorder } from "./factory.ts";
export { HttpRecorder, type HttpRecorderOptions } from "./http_recorder.ts";
export { QuotaTrackedBetaRealtimeWebSocket, QuotaTrackedRealtimeWebSocket } from "./realtime_websocket.ts";
export {
  type AttemptPlan,
  type AttemptResult,
  isRefusal,
  type Permit,
  type Recorder,
  type Refusal,
  REFUSALS,
} from "./recorder.ts";
export { type EventSocket, type SocketTracking, trackSocket } from "./track_socket.ts";
export { trackedFetch, type TrackedFetchOptions } from "./tracked_fetch.ts";
export type { AttemptOutcome } from "../../shared/api.ts";
export type { TokenUsage, UsageSource } from "../../shared/usage.ts";
