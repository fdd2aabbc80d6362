/** The status as shape, colour and words, with its cause, its times and the action to take. */
import type { View } from "../../view.ts";
import { say } from "../../words/say.ts";
import { Countdown } from "../time/time_parts.tsx";
import type { Action } from "./describe_action.ts";
import { labelOf } from "./describe_headline.ts";
import { describeStatus, type StatusText } from "./describe_status.ts";
import type { optionsButton } from "./OptionsButton.tsx";
import { Shape } from "./Shape.tsx";
import { type DisplayState, displayStateOf } from "./tone.ts";

export interface NoticeProps {
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  /** None where a retry cannot help: then no button for it is shown. */
  onRetry?: () => void;
  /** The button for the options page, or null; none where there is no such page. */
  optionsButton?: (state: DisplayState) => ReturnType<typeof optionsButton>;
}

export function StatusNotice(props: NoticeProps) {
  const text = describeStatus(props.view, props.now);
  return (
    <div class={`notice tone-${text.tone}`} data-state={text.state}>
      <Shape state={text.state} />
      <div class="words">
        <p class="headline number">{unbroken(text.headline)}</p>
        {text.detail && <p class="detail">{unbroken(text.detail)}</p>}
        {text.when && <p class="when number">{unbroken(text.when)}</p>}
        {text.action && <ActionLine action={text.action} />}
        <Buttons text={text} {...props} />
      </div>
    </div>
  );
}

/** Announces a change of the level to screen readers, and nothing else. */
export function Announcement({ view }: { view: View }) {
  return <p class="spoken" role="status">{labelOf({ state: displayStateOf(view), view })}</p>;
}

/** Keeps a number and its unit on one line, and a countdown with its `in`. */
function unbroken(text: string): string {
  return text.replace(/(\d|\bin|\b(?:min|h|d)) (?=%|(?:s|min|h|d)\b|\d+ (?:s|min|h|d)\b)/g, "$1\u00a0");
}

function ActionLine({ action: { text, code, link } }: { action: Action }) {
  return (
    <p class="action">
      {`${text} `}
      {code && <code>{code}</code>}
      {link && <a href={link.href} target="_blank" rel="noreferrer">{link.label}</a>}
    </p>
  );
}

function Buttons({ text, view, now, onRetry, optionsButton }: NoticeProps & { text: StatusText }) {
  const options = optionsButton?.(text.state);
  const retry = text.retry && onRetry;
  if (!retry && !options) return null;
  return (
    <div class="buttons">
      {options}
      {retry && <button type="button" class="button" onClick={retry}>{say("Retry now")}</button>}
      {retry && view.retry_at !== null && <NextTry at={view.retry_at} now={now} />}
    </div>
  );
}

/** `at` is on the local clock, so its offset is zero. */
function NextTry({ at, now }: { at: number; now: number }) {
  return (
    <span class="next">
      <Countdown
        until={new Date(at).toISOString()}
        offset_ms={0}
        now={now}
        sentence={(time) => say("next try in {time}", { time })}
      />
    </span>
  );
}
