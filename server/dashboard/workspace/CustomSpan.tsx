/** The start and the end of a time span, in the reader's zone. */
import { useId, useState } from "preact/hooks";
import { say } from "../../../shared/words/say.ts";
import { navigate } from "../router.ts";
import { spanText } from "./span.ts";

export function CustomSpan({ of }: { of: { from_ms: number; to_ms: number } }) {
  const [span, setSpan] = useState(of);
  const id = useId();
  const isBackwards = span.from_ms >= span.to_ms;
  const change = (part: Partial<typeof span>) => {
    const next = { ...span, ...part };
    setSpan(next);
    if (next.from_ms < next.to_ms) navigate({ range: spanText(next) }, { replace: true });
  };
  const field = (name: "from_ms" | "to_ms", label: string) => (
    <label class="field">
      <span>{label}</span>
      <input
        type="datetime-local"
        value={localText(span[name])}
        aria-invalid={isBackwards}
        aria-describedby={id}
        // While it is typed, a date is incomplete.
        onChange={({ currentTarget: { value } }) => value && change({ [name]: new Date(value).getTime() })}
      />
    </label>
  );
  return (
    <>
      {field("from_ms", say("From|time"))}
      {field("to_ms", say("To|time"))}
      <p id={id} class="fault" role="alert">{isBackwards && say("The end must be after the start.")}</p>
    </>
  );
}

/** `2026-11-21T10:20` in the reader's zone, as the field needs it. */
function localText(ms: number): string {
  const at = new Date(ms);
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
