/** Loads the next page of a list. */
import { say } from "../../../shared/words/say.ts";
import type { List } from "../data/list.ts";

export function More({ of }: { of: List<unknown> }) {
  if (of.more === null) return null;
  return (
    <p class="more">
      <button type="button" class="button" aria-disabled={of.isLoadingMore} onClick={of.more}>
        {say("Show older entries")}
      </button>
    </p>
  );
}
