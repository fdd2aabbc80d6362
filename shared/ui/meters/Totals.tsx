/** Calls and tokens of today. */
import { compactCount, fullCount } from "../../format.ts";
import type { UsageTotals } from "../../usage.ts";
import { countOf } from "./count_text.ts";
import { wallTime } from "../time/time_text.ts";

/** @param props `service_now` is in epoch milliseconds of the service's clock. */
export function Totals({ usage, service_now }: { usage: UsageTotals; service_now: number }) {
  return (
    <section class="totals" aria-label="Today's totals" title={`Since ${wallTime(usage.since, service_now)}`}>
      <dl class="number">
        <Total name="Calls today" count={usage.calls} />
        <Total name="Failed" count={usage.failed} />
        <Total name="Tokens in" count={usage.input_tokens} />
        <Total name="Tokens out" count={usage.output_tokens} />
      </dl>
      {usage.estimated_calls > 0 && (
        <p class="when">{`Tokens of ${countOf(usage.estimated_calls, "call")} are estimated, not counted.`}</p>
      )}
    </section>
  );
}

function Total({ name, count }: { name: string; count: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={fullCount(count)}>{count < 10_000 ? fullCount(count) : compactCount(count)}</dd>
    </div>
  );
}
