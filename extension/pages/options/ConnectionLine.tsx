/** The state of the connection, `Connected to acme: live`. */
import { isCurrent, type View } from "../../../shared/view.ts";
import { describeConnection } from "./describe_connection.ts";
import { Shape } from "../../../shared/ui/status/Shape.tsx";
import { displayStateOf } from "../../../shared/ui/status/tone.ts";

export function ConnectionLine({ view }: { view: View }) {
  return (
    <p class="connection" data-connection={view.connection}>
      <Shape state={isCurrent(view) ? "normal" : displayStateOf(view)} />
      <span>{describeConnection(view)}</span>
    </p>
  );
}
