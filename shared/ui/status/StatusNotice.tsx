/** What is the matter: by shape, colour and words; why, since and until when; and what to do about it. */
import type { View } from "../../view.ts";
import { Countdown } from "../time/Countdown.tsx";
import type { Action } from "./describe_action.ts";
import { describeStatus, type StatusText } from "./describe_status.ts";
import { now } from "../time/now.ts";
import { Shape } from "./Shape.tsx";
import { wallTime } from "../time/time_text.ts";

export interface NoticeProps {
  view: View;
  onRetry(): void;
  onOpenOptions(): void;
}

export function StatusNotice(props: NoticeProps) {
  const text = describeStatus(props.view);
  return (
    <div class={`notice tone-${text.tone}`} data-look={text.look}>
      <Shape look={text.look} />
      <div class="words">
        <p class="headline">{text.headline}</p>
        {text.detail && <p class="detail">{text.detail}</p>}
        {text.since && <When text={text} view={props.view} />}
        {text.action && <ActionLine action={text.action} />}
        <Buttons text={text} {...props} />
      </div>
    </div>
  );
}

const OPTIONS = {
  connect: { label: "Connect to your service", class: "button primary" },
  check: { label: "Check options", class: "button" },
};

/** Tells a screen reader of a change of status, and of nothing else. */
export function Announcement({ view }: { view: View }) {
  return <p class="spoken" role="status">{describeStatus(view).headline}</p>;
}

function When({ text, view }: { text: StatusText; view: View }) {
  const at = now();
  return (
    <p class="when number">
      {`Since ${wallTime(text.since!, at)}`}
      {text.until && ` · until ${wallTime(text.until, at)}`}
      {text.until && <Countdown until={text.until} offset_ms={view.clock_offset_ms} before=" (in " after=")" />}
    </p>
  );
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

function Buttons({ text, view, onRetry, onOpenOptions }: NoticeProps & { text: StatusText }) {
  if (!text.retry && !text.options) return null;
  return (
    <div class="buttons">
      {text.options && (
        <button type="button" class={OPTIONS[text.options].class} onClick={onOpenOptions}>
          {OPTIONS[text.options].label}
        </button>
      )}
      {text.retry && <button type="button" class="button" onClick={onRetry}>Retry now</button>}
      {text.retry && view.retry_at !== null && <NextTry at={view.retry_at} />}
    </div>
  );
}

/** `retry_at` is on our own clock. */
function NextTry({ at }: { at: number }) {
  return (
    <span class="next">
      <Countdown until={new Date(at).toISOString()} offset_ms={0} before="next try in " />
    </span>
  );
}
