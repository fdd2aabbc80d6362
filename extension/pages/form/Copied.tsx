/** A text to copy, with its button. */
import { signal } from "@preact/signals";
import { say } from "../../../shared/words/say.ts";
import { COPY } from "./describe_fields.ts";

/** The text that was copied last, and whether the browser allowed it. */
const copied = signal<{ text: string; ok: boolean } | null>(null);

interface CopiedProps {
  /** A command or an address. */
  text: string;
  /** The button's name: what it copies. */
  label: string;
}

/** A click selects the whole text, so that it can be copied where the button may not. */
export function Copied({ text, label }: CopiedProps) {
  const result = copied.value?.text === text ? copied.value : null;
  const copy = () =>
    void navigator.clipboard.writeText(text).then(() => true, () => false).then((ok) => copied.value = { text, ok });
  return (
    <div class="copied">
      <code class="address" dir="ltr">{text}</code>
      <button type="button" class="button" aria-label={label} onClick={copy}>
        {say(result?.ok ? COPY.done : COPY.verb)}
      </button>
      <span class="spoken" role="status">{result && say(result.ok ? COPY.said : COPY.failed)}</span>
    </div>
  );
}
