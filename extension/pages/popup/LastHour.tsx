/** The calls of the last hour as a row of bars. */
import { numberText, say } from "../../../shared/words/say.ts";

const HEIGHT = 24;

/** @param props `minutes` has the calls of each minute, the present one last; nothing is shown without any call. */
export function LastHour({ minutes }: { minutes: readonly number[] | null }) {
  const peak = Math.max(0, ...minutes ?? []);
  if (!minutes || !peak) return null;
  const count = numberText(minutes.reduce((sum, calls) => sum + calls), "full");
  // A minute with a single call is seen, too.
  const bars = minutes.map((calls, at) => calls && `M${at + 0.5} ${HEIGHT}v-${Math.max(1.5, calls / peak * HEIGHT)}`);
  return (
    <p class="when hour">
      {say("Calls in the last hour: {count}", { count })}
      <svg viewBox={`0 0 ${minutes.length} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path d={bars.filter(Boolean).join("")} />
      </svg>
    </p>
  );
}
