/** What a click came to, in one sentence, below its button. */
import { Shape } from "../Shape.tsx";
import type { Outcome } from "./form.ts";

const DOING = { test: "Testing…", save: "Connecting…" };

export function OutcomeLine({ outcome, of }: { outcome: Outcome | null; of: Outcome["of"] }) {
  return <div class="outcome" role="status">{outcome?.of === of && <Words {...outcome} />}</div>;
}

function Words({ of, result }: Outcome) {
  if (!result) return <p class="muted">{DOING[of]}</p>;
  return (
    <>
      <Shape look={result.ok ? "normal" : "refused"} />
      <p>{result.sentence}</p>
    </>
  );
}
