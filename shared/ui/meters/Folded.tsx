/** A list whose first items show; the others are behind a button. */
import type { Shape } from "../status/Shape.tsx";
import { say } from "../../words/say.ts";
import { moreText } from "./describe_models.ts";

const SHOWN = 3;

/** @param props `list` is the class of both lists. */
export function Folded({ items, list }: { items: ReturnType<typeof Shape>[]; list?: string }) {
  const others = items.slice(SHOWN);
  return (
    <>
      <ul class={list}>{items.slice(0, SHOWN)}</ul>
      {others.length > 0 && (
        <details class="others">
          <summary class="button quiet">
            <span class="when-closed">{moreText(others.length)}</span>
            <span class="when-open">{say("Show fewer")}</span>
          </summary>
          <ul class={list}>{others}</ul>
        </details>
      )}
    </>
  );
}
