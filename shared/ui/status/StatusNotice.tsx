/** The status as shape, colour and words, with its cause, its times and the action to take. */
import type { View } from "../../view.ts";
import { say } from "../../words/say.ts";
import { Countdown } from "../time/time_parts.tsx";
import type { Action } from "./describe_action.ts";
import { labelOf } from "./describe_headline.ts";
import { describeStatus, type StatusText } from "./describe_status.ts";
import { Shape } from "./Shape.tsx";
import { displayStateOf } from "./tone.ts";

interface NoticeProps {
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  /** None where a retry cannot help: then no button for it is shown. */
  onRetry?: () => void;
  /** None where there is no options page: then no button for it is shown. */
  onOpenOptions?: () => void;
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

const OPTIONS = {
  connect: { label: "Connect to your service", class: "button primary" },
  check: { label: "Check options", class: "button" },
} as const;

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

function Buttons({ text, view, now, onRetry, onOpenOptions }: NoticeProps & { text: StatusText }) {
  const options = onOpenOptions && text.options;
  const retry = text.retry && onRetry;
  if (!retry && !options) return null;
  return (
    <div class="buttons">
      {options && (
        <button type="button" class={OPTIONS[options].class} onClick={onOpenOptions}>
          {say(OPTIONS[options].label)}
        </button>
      )}
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
