/** The interface of a feature: it listens to the tracker, reads the state of the service, and adds routes. */
import type { ApiDeps, Route } from "../api/route.ts";
import type { Config } from "../config/config.ts";
import type { Log } from "../runtime/log.ts";

/** The parts of the service that features use. */
export interface FeatureDeps extends ApiDeps {
  config: Config;
  log: Log;
  /** The requests since the start, and the connections that are open now. */
  activity(): Activity;
}

interface Activity {
  /** Requests to the gateway, and to everything else. */
  requests: { gateway: number; api: number };
  /** Open connections of callers; WebSockets are not among them. */
  connections: number;
  /** Connections that were refused, because there were too many. */
  connections_refused: number;
  /** Open WebSockets that watch a status, and those that the gateway relays. */
  sockets: { status: number; gateway: number };
}

/** A route of a feature. Its handler gets the state of the feature. */
type FeatureRoute<State> = Omit<Route, "handle"> & {
  handle(request: Parameters<Route["handle"]>[0], state: State): unknown;
};

/** A feature, before it is started. */
export interface Feature<State = unknown> {
  routes: readonly FeatureRoute<State>[];
  start(deps: FeatureDeps): State;
  /** Ends its timers. */
  stop(state: State): void;
}

/** A feature whose state only its own functions know. */
export function defineFeature<State>(feature: Feature<State>): Feature {
  return feature as Feature;
}
