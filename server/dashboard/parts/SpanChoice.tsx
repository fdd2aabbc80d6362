/** Chooses the time span of the view. */
import { useEffect, useId, useState } from "preact/hooks";
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { localText } from "../data/local_time.ts";
import { now } from "../data/now.ts";
import { customSpan, lengthOf, namedSpan, type SPANS, spanText } from "../data/span.ts";
import { navigate, route } from "../router.ts";

const NAMES = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
} as const satisfies Record<keyof typeof SPANS, Text>;

const CUSTOM = "custom";

export function SpanChoice() {
  const { range } = route.value;
  const choose = (value: string) => {
    if (value !== CUSTOM) return navigate({ range: value });
    const to_ms = Math.ceil(now.peek() / 60_000) * 60_000;
    navigate({ range: spanText({ from_ms: to_ms - lengthOf(range), to_ms }) });
  };
  const custom = customSpan(range);
  return (
    <>
      <label class="field">
        <span>{say("Time span")}</span>
        <select value={namedSpan(range) ?? CUSTOM} onChange={(event) => choose(event.currentTarget.value)}>
          {Object.entries(NAMES).map(([span, name]) => <option key={span} value={span}>{say(name)}</option>)}
          <option value={CUSTOM}>{say("Custom|time span")}</option>
        </select>
      </label>
      {custom && <CustomSpan of={custom} />}
    </>
  );
}

/** The start and the end of a time span, in the reader's zone. */
function CustomSpan({ of }: { of: { from_ms: number; to_ms: number } }) {
  const [span, setSpan] = useState(of);
  useEffect(() => setSpan(of), [of.from_ms, of.to_ms]);
  const id = useId();
  const isBackwards = span.from_ms >= span.to_ms;
  const change = (part: Partial<typeof span>) => {
    const next = { ...span, ...part };
    setSpan(next);
    const range = spanText(next);
    // While a year is typed, the first centuries pass.
    if (customSpan(range)) navigate({ range }, { replace: true });
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
