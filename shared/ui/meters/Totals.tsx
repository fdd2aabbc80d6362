/** Calls and tokens of today. */
import { compactCount, fullCount } from "../../format.ts";
import type { UsageTotals } from "../../usage.ts";
import { countOf } from "./count_text.ts";
import { wallTime } from "../time/time_text.ts";

export function Totals({ usage, now }: { usage: UsageTotals; now: number }) {
  return (
    <section class="totals" aria-label="Today's totals" title={`Since ${wallTime(usage.since, now)}`}>
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
