/** Whose attempts a client tracks, and with which recorder. */
import type { Recorder } from "./recorder.ts";

/** What tracking needs to know, besides the SDK's own options. */
export interface TrackingOptions {
  /** Whose quota it is: a workspace id. */
  workspace: string;
  /** Who decides and counts. */
  recorder: Recorder;
  /** Label of the calling program. */
  app?: string;
  /** `wait`: a full minute is waited for, in the order of arrival, instead of a refusal at once. For batch jobs. */
  on_limit?: "refuse" | "wait";
  /** How long, in milliseconds; 65,000 by default, after which a full minute has opened again. */
  max_wait_ms?: number;
}
