/** The options of a tracked client. */
import type { Recorder } from "./recorder.ts";

/** Options for tracking, in addition to the SDK's own. */
export interface TrackingOptions {
  /** Id of the workspace whose quota is used. */
  workspace: string;
  /** Decides on each attempt and counts it. */
  recorder: Recorder;
  /**
   * The ingest key of the workspace, for a service with keys; by default the recorder's own. It is sent to the service that
   * the recorder reports to, and never to the provider.
   */
  quotaKey?: string;
  /** A label for the calling program. */
  app?: string;
  /**
   * The batch, agent or job that the calls belong to: 1 to 200 printable ASCII characters. It may have a budget of its own, and
   * attempts can be searched by it.
   */
  run?: string;
  /** `wait` queues calls in order of arrival while a minute is full, instead of refusing them. For batch jobs. */
  on_limit?: "refuse" | "wait";
  /** Maximum wait in milliseconds; 65,000 by default, within which a full minute opens again. */
  max_wait_ms?: number;
  /**
   * `false`: the usage of a stream is never requested for a caller who has not requested it, but estimated. By default it is,
   * unless the upstream refuses that.
   */
  request_usage?: boolean;
}
