/** Which change of status a person is told of: once per level, cause and window. */
import { instant } from "../core/meter.ts";
import type { Verdict } from "../core/verdict.ts";
import type { Notice, NoticeLevel } from "../../shared/api.ts";
import type { Fix, QuotaStatus } from "../../shared/quota.ts";

/** The shortest span in which the same level and cause are told twice: a rolling minute has no window of its own. */
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

const ACTION: Record<Fix, string> = {
  wait: "Wait until the window opens again, or send less at once.",
  raise_limit: "Raise the workspace's limit, or wait for the next day.",
  billing: "Ask whoever pays the OpenAI account to add credit or raise its limit.",
  upstream: "Check status.openai.com; calls go through again as soon as OpenAI answers.",
  service: "Ask whoever runs the service to look at its log.",
};

export class Notices {
  #told = new Map<string, number>();
  #level: NoticeLevel = "recovered";

  /** Looks at a new verdict; the notice when a person is to hear of it, else `null`. */
  consider(workspace_id: string, { status, cause }: Verdict, now_ms: number): Notice | null {
    const level = LEVEL[status];
    if (level === this.#level) return null;
    this.#level = level;
    const key = `${level}:${cause?.code ?? ""}`;
    if (now_ms - (this.#told.get(key) ?? -Infinity) < QUIET_MS) return null;
    this.#told.set(key, now_ms);
    return {
      id: crypto.randomUUID(),
      workspace_id,
      level,
      status,
      code: cause?.code ?? null,
      title: TITLE[status],
      message: cause?.message ?? "Every limit has room again",
      suggested_action: cause ? ACTION[cause.fix] : null,
      fix: cause?.fix ?? null,
      at: instant(now_ms),
    };
  }
}
