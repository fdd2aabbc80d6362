/** Whether it works now: `Connected to acme: live`. */
import { isCurrent, type View } from "../../../shared/view.ts";
import { describeConnection } from "./describe_connection.ts";
import { Shape } from "../../../shared/ui/status/Shape.tsx";
import { lookOf } from "../../../shared/ui/status/tone.ts";

export function ConnectionLine({ view }: { view: View }) {
  return (
    <p class="connection" data-connection={view.connection}>
      <Shape look={isCurrent(view) ? "normal" : lookOf(view)} />
      <span>{describeConnection(view)}</span>
    </p>
  );
}
