/** `GET /metrics`: the state of the service for Prometheus. */
import { defineFeature, type FeatureDeps } from "../feature.ts";
import { AttemptCounters } from "./attempt_counters.ts";
import { attemptFamilies } from "./attempt_families.ts";
import { EventLoopDelay } from "./event_loop_delay.ts";
import { CONTENT_TYPE, exposition } from "./exposition.ts";
import { processFamilies } from "./process_families.ts";
import { serviceFamilies } from "./service_families.ts";
import { workspaceFamilies } from "./workspace_families.ts";

interface MetricsState {
  deps: FeatureDeps;
  counters: AttemptCounters;
  delay: EventLoopDelay;
}

/** The counts are plain numbers since the start of the process. A scrape turns them into text. */
export const metrics = defineFeature<MetricsState>({
  routes: [{
    method: "GET",
    path: "/metrics",
    tag: "Health",
    summary: "The state of the service for Prometheus",
    description: "docs/ops/metrics.md lists the metrics. It takes a read key for every workspace, or an admin key.",
    access: "read_all",
    answer: { status: 200, type: CONTENT_TYPE },
    example: {
      answer: '# HELP quota_info The version of the service.\n# TYPE quota_info gauge\nquota_info{version="0.1.0"} 1\n',
    },
    problems: [],
    handle: (_request, { deps, counters, delay }) => {
      counters.addWorkspaces(deps.tracker.workspaceIds);
      return exposition([
        ...serviceFamilies(deps),
        ...attemptFamilies(counters),
        ...workspaceFamilies(deps, counters),
        ...processFamilies(deps, delay),
      ]);
    },
  }],
  start(deps) {
    const counters = new AttemptCounters(deps.config.bounds.max_metrics_labels);
    deps.tracker.events.add(counters);
    return { deps, counters, delay: new EventLoopDelay(deps.clock) };
  },
  stop: ({ delay }) => delay.stop(),
});
