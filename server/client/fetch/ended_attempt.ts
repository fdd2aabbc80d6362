/** What a tracked client knows of an attempt that has ended. */
import type { AttemptOutcome } from "../../../shared/attempt_fields.ts";
import { METER_NAMES } from "../../../shared/meters.ts";
import { formatUsd, usdNanos } from "../../../shared/money/money.ts";
import type { TokenUsage, UsageSource } from "../../../shared/usage.ts";
import type { Attempt } from "../../attempts/attempt.ts";
import type { AttemptResult } from "../../attempts/recorder.ts";
import type { Remaining } from "../../core/limits.ts";
import { headerReader } from "./response/header_reader.ts";

/**
 * An attempt that has ended. Where a service's gateway counts the attempt, its headers tell the id, the cost and what is
 * left, and the other fields are `null`: `GET /api/quota/calls/{call_id}` has them.
 */
export interface EndedAttempt {
  /** The call that it belongs to, by which the service finds it. `null` where a gateway does not tell it. */
  call_id: string | null;
  model: string | null;
  outcome: AttemptOutcome | null;
  http_status: number | null;
  error_code: string | null;
  /** The provider's id of the exchange. */
  request_id: string | null;
  usage: TokenUsage | null;
  usage_source: UsageSource | null;
  latency_ms: number | null;
  /** Dollars as a decimal string; `null` where it is not known here. */
  cost_usd: string | null;
  /** Why the cost has no price; `null` where it has, or where that is not known here. */
  unpriced: string | null;
  /** What the attempt left of each limit when it was permitted; `null` where that is not known here. */
  remaining: Remaining | null;
}

export type OnEnd = (attempt: EndedAttempt) => void;

/** What is known of an attempt of this process when it has ended. */
export function endedAttempt({ call_id, charge, remaining }: Attempt, result: AttemptResult): EndedAttempt {
  const { model, outcome, http_status, error_code, request_id = null, usage, usage_source, latency_ms } = result;
  return {
    call_id,
    model,
    outcome,
    http_status,
    error_code,
    request_id,
    usage,
    usage_source,
    latency_ms,
    cost_usd: charge && "cost_usd_nanos" in charge ? formatUsd(usdNanos(charge.cost_usd_nanos)) : null,
    unpriced: charge && "unpriced" in charge ? charge.unpriced : null,
    remaining,
  };
}

/** An attempt that a service's gateway counts, from the head of its response. */
export function endedAtGateway({ status, headers }: Pick<Response, "status" | "headers">): EndedAttempt {
  const header = headerReader(headers);
  const text = (name: string) => header(`x-quota-${name}`) ?? null;
  const counts = METER_NAMES.map((name) => {
    const count = text(`remaining-${name.replaceAll("_", "-")}`);
    return [name, count === null ? null : Number(count)];
  });
  return {
    call_id: text("call-id"),
    model: null,
    outcome: null,
    http_status: status ?? null,
    error_code: null,
    request_id: header("x-request-id") ?? null,
    usage: null,
    usage_source: null,
    latency_ms: null,
    cost_usd: text("cost"),
    unpriced: text("unpriced"),
    remaining: Object.fromEntries(counts),
  };
}
