/** All limits that are set, or placeholders of their size before the first status. */
import { isCurrent, type View } from "../../view.ts";
import { Meter } from "./Meter.tsx";
import { metersOf } from "./tightest.ts";

const PLACEHOLDERS = [0, 1, 2];

export function Meters({ view, now }: { view: View; now: number }) {
  if (!view.status) return <Skeleton />;
  const meters = metersOf(view.status);
  if (meters.length === 0) return null;
  return (
    <ul class={isCurrent(view) ? "meters" : "meters dimmed"}>
      {meters.map((of) => <Meter key={of.name + of.model} of={of} view={view} now={now} />)}
    </ul>
  );
}

function Skeleton() {
  return (
    <div class="meters skeleton" aria-hidden="true">
      {PLACEHOLDERS.map((key) => (
        <div key={key} class="meter">
          <span class="ghost" style={{ width: "38%", height: "12px", margin: "4px 0" }} />
          <span class="ghost" style={{ height: "8px", margin: "3px 0 4px" }} />
          <span class="ghost" style={{ width: "62%", height: "10px", margin: "3px 0 4px" }} />
        </div>
      ))}
    </div>
  );
}
