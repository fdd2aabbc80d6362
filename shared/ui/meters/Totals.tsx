/** Calls and tokens of today. */
import { fullCount } from "../../format.ts";
import type { UsageTotals } from "../../usage.ts";
import { numberText, say, sayCount } from "../../words/say.ts";
import { wallTime } from "../time/time_text.ts";

const TEN_THOUSAND = 10_000;

/** @param props `service_now` is in epoch milliseconds of the service's clock. */
export function Totals({ usage, service_now }: { usage: UsageTotals; service_now: number }) {
  return (
    <section
      class="totals"
      aria-label={say("Today's totals")}
      title={say("Since {time}", { time: wallTime(usage.since, service_now) })}
    >
      <dl class="number">
        <Total name={say("Calls today")} count={usage.calls} />
        <Total name={say("Failed")} count={usage.failed} />
        <Total name={say("Tokens in")} count={usage.input_tokens} />
        <Total name={say("Tokens out")} count={usage.output_tokens} />
      </dl>
      {usage.estimated_calls > 0 && (
        <p class="when">
          {sayCount(
            usage.estimated_calls,
            "Tokens of {count} call are estimated, not counted.",
            "Tokens of {count} calls are estimated, not counted.",
          )}
        </p>
      )}
    </section>
  );
}

function Total({ name, count }: { name: string; count: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd title={fullCount(count)}>{numberText(count, count < TEN_THOUSAND ? "full" : "compact")}</dd>
    </div>
  );
}
