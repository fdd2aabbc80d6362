/** Decides which changes of status become notices: one per level, cause and window. A window lasts as long as its cause. */
import { instant } from "../core/meter.ts";
import type { Verdict } from "../core/verdict_types.ts";
import type { Notice, NoticeLevel } from "../../shared/api.ts";
import type { Fix, QuotaStatus } from "../../shared/quota.ts";

/** The shortest window, for causes without an end of their own. */
const QUIET_MS = 60_000;

const LEVEL: Record<QuotaStatus, NoticeLevel> = {
  normal: "recovered",
  warning: "warning",
  rate_limited: "critical",
  quota_exceeded: "critical",
  degraded: "degraded",
};

const TITLE: Record<QuotaStatus, string> = {
  normal: "Back to normal",
  warning: "Close to the limit",
  rate_limited: "Rate limited",
  quota_exceeded: "Quota used up",
  degraded: "Numbers or upstream unreliable",
};

/** A warning of these causes means that some of the workspace's keys are stopped, and others are not. */
const STOPS = new Set<string>(["insufficient_quota", "provider_rate_limit"]);

/** Where a model's own limit is the cause: the others are open. */
const MODEL_ACTION: Partial<Record<Fix, string>> = {
  wait: "Wait until the window opens again, or use another model.",
  raise_limit: "Use another model, raise this one's limit, or wait for the next day.",
  raise_budget: "Use another model, raise this one's budget, or wait for its next period.",
};

const ACTION: Record<Fix, string> = {
  wait: "Wait until the window opens again, or send fewer calls at the same time.",
  raise_limit: "Raise the workspace's limit, or wait for the next day.",
  raise_budget: "Raise the budget, or wait for its next period.",
  billing: "Ask the owner of the OpenAI account to add credit or raise its limit.",
  upstream: "Check status.openai.com; calls go through again as soon as OpenAI answers.",
  service: "Ask the service's operator to look at its log.",
};

/** The notices that were sent for one workspace. */
export class Notices {
  /** When each kind may be repeated, in epoch milliseconds. */
  readonly #quietUntil = new Map<string, number>();
  /** The kind of the last notice. */
  #told: string = LEVEL.normal;

  /** Compares a new verdict with the last notice. Returns a notice if people should get one, else `null`. */
  consider(workspace_id: string, { status, cause }: Verdict, now_ms: number): Notice | null {
    const level = LEVEL[status];
    const kind = cause ? `${level} ${cause.code} ${cause.model ?? cause.budget?.name ?? ""}` : level;
    if (kind === this.#told || now_ms < (this.#quietUntil.get(kind) ?? 0)) return null;
    this.#told = kind;
    // A recovery is always sent: people who were notified of the cause are notified of its end.
    if (cause) this.#quietUntil.set(kind, Math.max(now_ms + QUIET_MS, Date.parse(cause.until ?? "") || 0));
    return {
      id: crypto.randomUUID(),
      workspace_id,
      level,
      status,
      code: cause?.code ?? null,
      title: status === "warning" && cause && STOPS.has(cause.code) ? "Some keys are refused" : TITLE[status],
      message: cause?.message ?? "Every limit has room again",
      suggested_action: cause && ((cause.model && MODEL_ACTION[cause.fix]) ?? ACTION[cause.fix]),
      fix: cause?.fix ?? null,
      at: instant(now_ms),
    };
  }

  /** Begins a new window: notices may be repeated. */
  forget(): void {
    this.#quietUntil.clear();
  }
}
