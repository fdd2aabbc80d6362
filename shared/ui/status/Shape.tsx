/** A status as a silhouette with a sign in it: readable without colour, and at 14 pixels. */
import { SHAPES } from "./shape_paths.ts";
import { type Look, toneOf } from "./tone.ts";

/** The shape of a look. Decoration: the words are always beside it. */
export function Shape({ look }: { look: Look }) {
  const [body, sign] = SHAPES[look];
  return (
    <svg class={`shape tone-${toneOf(look)}`} viewBox="0 0 20 20" aria-hidden="true">
      <path class="body" d={body} />
      <path class="sign" d={sign} />
    </svg>
  );
}
