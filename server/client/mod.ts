/**
 * The entry of the published package: the official OpenAI client, with every attempt counted by a Quota Gauge service. The
 * service itself imports the files directly.
 *
 * @module
 */
export { QuotaTrackedAzureOpenAI, type QuotaTrackedAzureOptions } from "./sdk/azure_client.ts";
export { QuotaTrackedBedrockOpenAI, type QuotaTrackedBedrockOptions } from "./sdk/bedrock_client.ts";
export { QuotaTrackedOpenAI, type QuotaTrackedOptions } from "./sdk/openai_client.ts";
export type { TrackingOptions } from "../attempts/tracking_options.ts";
export { type ClientFactory, clientFactory, getOpenAIClient, sharedRecorder } from "./client_factory.ts";
export { HttpRecorder } from "./reporting/http_recorder.ts";
export type { HttpRecorderOptions } from "./reporting/http_recorder_options.ts";
export { QuotaTrackedBetaRealtimeWebSocket, QuotaTrackedRealtimeWebSocket } from "./sockets/realtime_websocket.ts";
export {
  type AttemptPlan,
  type AttemptResult,
  isRefusal,
  type Permit,
  type Recorder,
  type RecorderService,
  type Refusal,
  REFUSALS,
} from "../attempts/recorder.ts";
export { type EventSocket, type SocketTracking, trackSocket } from "./sockets/track_socket.ts";
export { trackedFetch, type TrackedFetchOptions } from "./fetch/tracked_fetch.ts";
export type { ClientQuota } from "./sdk/client_quota.ts";
export type { EndedAttempt } from "./fetch/ended_attempt.ts";
export type { Headroom } from "../../shared/api.ts";
export type { AttemptOutcome } from "../../shared/attempt_fields.ts";
export type { TokenUsage, UsageSource } from "../../shared/usage.ts";
