/** The metrics of attempts: calls, tokens, refusals, and how the upstream answers. */
import { formatUsd } from "../../../shared/money/money.ts";
import type { AttemptCounters, WorkspaceCounts } from "./attempt_counters.ts";
import { counter, type Family, type Sample, samplesBy } from "./exposition.ts";

export function attemptFamilies({ workspaces, models, statuses }: AttemptCounters): Family[] {
  const all = [...workspaces];
  return [
    ...countFamilies(all),
    ...tokenFamilies(all),
    counter(
      "quota_upstream_responses_total",
      "Ended attempts, by the HTTP status of the upstream; none without a response.",
      samplesBy("status", [...statuses].map(([status, { count }]) => [status, count])),
    ),
    ...latencyFamilies(models),
  ];
}

/** Counts with the label of their workspace. */
type Labelled = [workspace: string, counts: WorkspaceCounts][];

function countFamilies(all: Labelled): Family[] {
  return [
    counter(
      "quota_calls_total",
      "Calls that were sent; retries are further attempts.",
      each(all, ({ calls }) => calls),
    ),
    counter(
      "quota_attempts_total",
      "Ended attempts, by how they ended.",
      by(all, "outcome", ({ outcomes }) => Object.entries(outcomes)),
    ),
    counter(
      "quota_attempts_by_usage_total",
      "Ended attempts, by where their token counts come from.",
      by(all, "usage_source", ({ usage_sources }) => Object.entries(usage_sources)),
    ),
    counter(
      "quota_cost_usd_total",
      "The cost of ended attempts of which it is known.",
      all.map(([workspace, { cost }]) => ({ labels: { workspace }, value: formatUsd(cost) })),
    ),
    counter(
      "quota_unpriced_attempts_total",
      "Ended attempts of which the cost is not known.",
      each(all, ({ unpriced }) => unpriced),
    ),
    counter(
      "quota_unsent_attempts_total",
      "Attempts that were not sent, because the upstream cannot be reached.",
      each(all, ({ unsent }) => unsent),
    ),
    counter(
      "quota_refusals_total",
      "Attempts that were refused before they were sent.",
      by(all, "code", ({ refusals }) => Object.entries(refusals)),
    ),
  ];
}

function tokenFamilies(all: Labelled): Family[] {
  return [
    counter(
      "quota_tokens_total",
      "Tokens used.",
      by(all, "kind", ({ input_tokens, output_tokens }) => [["input", input_tokens], ["output", output_tokens]]),
    ),
    counter(
      "quota_cached_input_tokens_total",
      "Cached input tokens, a part of the input.",
      each(all, ({ cached_input_tokens }) => cached_input_tokens),
    ),
    counter(
      "quota_reasoning_tokens_total",
      "Reasoning tokens, a part of the output.",
      each(all, ({ reasoning_tokens }) => reasoning_tokens),
    ),
  ];
}

/** One sample for each workspace. */
function each(all: Labelled, value: (counts: WorkspaceCounts) => number): Sample[] {
  return samplesBy("workspace", all.map(([workspace, counts]) => [workspace, value(counts)]));
}

/** Several samples for each workspace. */
function by(all: Labelled, label: string, values: (counts: WorkspaceCounts) => Entries): Sample[] {
  return all.flatMap(([workspace, counts]) => samplesBy(label, values(counts), { workspace }));
}

type Entries = Iterable<readonly [string, number]>;

function latencyFamilies(models: AttemptCounters["models"]): Family[] {
  return [
    {
      name: "quota_upstream_latency_seconds",
      help: "From sending an attempt to the end of its response.",
      type: "histogram",
      samples: [...models].flatMap(([model, { whole }]) => whole.samples({ model })),
    },
    {
      name: "quota_upstream_first_byte_seconds",
      help: "From sending an attempt to the head of its response.",
      type: "histogram",
      samples: [...models].flatMap(([model, { first_byte }]) => first_byte.samples({ model })),
    },
  ];
}
