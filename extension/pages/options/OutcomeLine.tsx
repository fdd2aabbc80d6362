/** The result of a click in one sentence, below its button. */
import type { View } from "../../../shared/view.ts";
import { say } from "../../../shared/words/say.ts";
import { resultOfSaving } from "./describe_connection.ts";
import { Shape } from "../../../shared/ui/status/Shape.tsx";
import { DOING } from "./describe_options.ts";
import type { Outcome } from "./form.ts";

interface OutcomeLineProps {
  outcome: Outcome | null;
  of: Outcome["of"];
  /** Passed for `save`: once the connection works or fails, the line says so. */
  view?: View;
}

export function OutcomeLine({ outcome, of, view }: OutcomeLineProps) {
  return <div class="outcome" role="status">{outcome?.of === of && <Words {...outcome} view={view} />}</div>;
}

function Words({ of, result, view }: Outcome & { view: View | undefined }) {
  if (!result) return <p class="muted">{say(DOING[of])}</p>;
  const { ok, sentence } = view ? resultOfSaving(result, view) : result;
  return (
    <>
      <Shape state={ok ? "normal" : "refused"} />
      <p>{sentence}</p>
    </>
  );
}
