/** The commands that start a service, each with its copy button. */
import { Copied } from "./Copied.tsx";
import { STARTS } from "./describe_fields.ts";

export function Starts() {
  return (
    <div class="starts">
      {STARTS.map(({ command, needs }) => (
        <div class="start" key={command}>
          <Copied text={command} name={command} />
          <p class="muted">{needs}</p>
        </div>
      ))}
    </div>
  );
}
