/** The commands that start a service, each with its copy button. */
import { say } from "../../../shared/words/say.ts";
import { Copied } from "./Copied.tsx";
import { STARTS } from "./describe_fields.ts";

export function Starts() {
  return (
    <div class="starts">
      {STARTS.map(({ command, needs }) => (
        <div class="start" key={command}>
          <Copied text={command} label={say("Copy {command}", { command })} />
          <p class="muted">{say(needs)}</p>
        </div>
      ))}
    </div>
  );
}
