/** Whether it works now: `Connected to acme: live`. */
import type { View } from "../../state/view.ts";
import { describeConnection } from "../describe_connection.ts";
import { Shape } from "../Shape.tsx";
import { isCurrent, lookOf } from "../tone.ts";

export function ConnectionLine({ view }: { view: View }) {
  return (
    <p class="connection" data-connection={view.connection}>
      <Shape look={isCurrent(view) ? "normal" : lookOf(view)} />
      <span>{describeConnection(view)}</span>
    </p>
  );
}
