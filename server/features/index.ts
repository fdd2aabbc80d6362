/** Every feature, one line each. To remove a feature, delete its folder and its line. */
import type { Route } from "../api/route.ts";
import type { Feature, FeatureDeps } from "./feature.ts";
import { history } from "./history/history.ts";
import { limitsPreview } from "./limits_preview/limits_preview.ts";
import { metrics } from "./metrics/metrics.ts";
import { retention } from "./retention/retention.ts";

const FEATURES: readonly Feature[] = [
  history,
  limitsPreview,
  metrics,
  retention,
];

/** The routes of all features, before these are started: for lists of routes and their access. */
export const FEATURE_ROUTES: readonly Omit<Route, "handle">[] = FEATURES.flatMap(({ routes }) => routes);

/** Starts all features. Their routes go behind the same gate as the API's. */
export function startFeatures(deps: FeatureDeps): { routes: Route[]; stop(): void } {
  const started = FEATURES.map((feature) => ({ feature, state: feature.start(deps) }));
  return {
    routes: started.flatMap(({ feature, state }) =>
      feature.routes.map((route): Route => ({ ...route, handle: (request) => route.handle(request, state) }))
    ),
    stop: () => started.forEach(({ feature, state }) => feature.stop(state)),
  };
}
