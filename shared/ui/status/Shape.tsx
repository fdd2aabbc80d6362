/** A state as a shape with a sign in it, readable without colour and at 14 pixels. */
import { SHAPES } from "./shape_paths.ts";
import { type DisplayState, toneOf } from "./tone.ts";

/** Hidden from screen readers, because the words are always next to it. */
export function Shape({ state }: { state: DisplayState }) {
  const [body, sign] = SHAPES[state];
  return (
    <svg class={`shape tone-${toneOf(state)}`} viewBox="0 0 20 20" aria-hidden="true">
      <path class="body" d={body} />
      <path class="sign" d={sign} />
    </svg>
  );
}
