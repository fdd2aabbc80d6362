/** Counts ended and refused attempts since the start of the process. */
import { ATTEMPT_OUTCOMES, type AttemptOutcome } from "../../../shared/attempt_fields.ts";
import { addUsd, type UsdNanos, ZERO_USD } from "../../../shared/money/money.ts";
import { USAGE_SOURCES } from "../../../shared/tokens.ts";
import { type AttemptPlan, type Refusal, REFUSALS } from "../../attempts/recorder.ts";
import type { AttemptRow } from "../../ledger/ledger.ts";
import type { AttemptListener } from "../../tracker/attempt_events.ts";
import { BoundedMap } from "./bounded_map.ts";
import { Histogram } from "./histogram.ts";

/** The bounds of the buckets: a moderation takes tenths of a second, a long reasoning response minutes. */
const LATENCY_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600];

/** HTTP has about sixty status codes; an upstream may invent others. */
const MAX_STATUSES = 80;

/** The label of attempts whose request and answer name no model, or that have no status. */
const NONE = "none";

/** Counts of one workspace. */
export interface WorkspaceCounts {
  calls: number;
  unsent: number;
  input_tokens: number;
  cached_input_tokens: number;
  output_tokens: number;
  reasoning_tokens: number;
  cost: UsdNanos;
  unpriced: number;
  readonly outcomes: Record<AttemptOutcome, number>;
  readonly usage_sources: Record<AttemptRow["usage_source"], number>;
  readonly refusals: Record<Refusal["refused"], number>;
}

/** How long the upstream took, by model. */
interface Latencies {
  readonly whole: Histogram;
  readonly first_byte: Histogram;
}

/** Called for every attempt: increments numbers in place, and allocates only for a label that is new. */
export class AttemptCounters implements AttemptListener {
  readonly workspaces: BoundedMap<WorkspaceCounts>;
  readonly models: BoundedMap<Latencies>;
  readonly statuses = new BoundedMap(MAX_STATUSES, () => ({ count: 0 }));

  /** @param max_labels workspaces, and models, that get series of their own. */
  constructor(max_labels: number) {
    this.workspaces = new BoundedMap(max_labels, noCounts);
    this.models = new BoundedMap(max_labels, noLatencies);
  }

  /** Gives workspaces series of their own, while there is room: a rate needs a sample of zero before the first call. */
  addWorkspaces(ids: Iterable<string>): void {
    for (const id of ids) this.workspaces.of(id);
  }

  settled(row: AttemptRow): void {
    const { usage, http_status, first_byte_ms } = row;
    const counts = this.workspaces.of(row.workspace_id);
    if (row.retry === 0) counts.calls++;
    counts.outcomes[row.outcome]++;
    counts.usage_sources[row.usage_source]++;
    counts.input_tokens += usage.input_tokens;
    counts.cached_input_tokens += usage.cached_input_tokens;
    counts.output_tokens += usage.output_tokens;
    counts.reasoning_tokens += usage.reasoning_tokens;
    if (row.cost_usd_nanos == null) counts.unpriced++;
    else counts.cost = addUsd(counts.cost, row.cost_usd_nanos);
    this.statuses.of(http_status === null ? NONE : String(http_status)).count++;
    // Without a status, the time is not one that the upstream took to answer.
    if (http_status === null) return;
    const latencies = this.models.of(row.model ?? NONE);
    latencies.whole.observe(row.latency_ms / 1000);
    if (first_byte_ms !== null) latencies.first_byte.observe(first_byte_ms / 1000);
  }

  refused({ workspace_id }: AttemptPlan, { refused }: Refusal): void {
    this.workspaces.of(workspace_id).refusals[refused]++;
  }

  unsent({ workspace_id }: AttemptPlan): void {
    this.workspaces.of(workspace_id).unsent++;
  }
}

function noCounts(): WorkspaceCounts {
  return {
    calls: 0,
    unsent: 0,
    input_tokens: 0,
    cached_input_tokens: 0,
    output_tokens: 0,
    reasoning_tokens: 0,
    cost: ZERO_USD,
    unpriced: 0,
    outcomes: zeros(ATTEMPT_OUTCOMES),
    usage_sources: zeros(USAGE_SOURCES),
    refusals: zeros(REFUSALS),
  };
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}

function noLatencies(): Latencies {
  return { whole: new Histogram(LATENCY_SECONDS), first_byte: new Histogram(LATENCY_SECONDS) };
}
