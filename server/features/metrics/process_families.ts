/** The metrics of the process, named as in Prometheus' client libraries. */
import process from "node:process";
import type { FeatureDeps } from "../feature.ts";
import type { EventLoopDelay } from "./event_loop_delay.ts";
import { counter, type Family, gauge } from "./exposition.ts";

export function processFamilies({ started_at_ms }: FeatureDeps, { histogram }: EventLoopDelay): Family[] {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = Deno.memoryUsage();
  return [
    {
      name: "quota_event_loop_delay_seconds",
      help: "How late timers fire, measured ten times a second.",
      type: "histogram",
      samples: histogram.samples(),
    },
    counter("process_cpu_seconds_total", "User and system CPU time.", (user + system) / 1e6),
    gauge("process_resident_memory_bytes", "Resident memory.", rss),
    gauge("process_heap_bytes", "JavaScript heap in use.", heapUsed),
    gauge("process_start_time_seconds", "When the service started, in Unix time.", started_at_ms / 1000),
  ];
}
