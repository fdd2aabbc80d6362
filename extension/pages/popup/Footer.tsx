/** The service's address, and the commands that a person needs now and then. */
import { LIMITS_PAGE } from "../../../shared/ui/status/describe_action.ts";
import { hostOf } from "../../../shared/ui/status/describe_headline.ts";
import { say } from "../../../shared/words/say.ts";
import type { View } from "../../../shared/view.ts";
import type { Preferences } from "../../state/settings.ts";
import { otherForm, type PopupCommands } from "./commands.ts";
import { footerText, muteCommand, shareCommand, TEXTS, timeCommand } from "./describe_popup.ts";
import { Icon } from "./icons.tsx";

interface FooterProps extends PopupCommands {
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  preferences: Preferences;
  /** Local epoch milliseconds until which no notice is shown. */
  muted_until: number | null;
  /** Whether the reader has hidden the panel of the chat page. */
  panel_hidden: boolean;
  /** The result of the last command, or empty. */
  said: string;
}

const MENU = "menu";

export function Footer(props: FooterProps) {
  const { view, now, muted_until, said, onRetry, onOpenOptions } = props;
  return (
    <footer>
      {said === "" && <span class="host">{footerText(hostOf(view.server_url), muted_until, now)}</span>}
      <span class="host said" role="status">{said}</span>
      {view.connection !== "unconfigured" && (
        <button
          type="button"
          class="button quiet"
          aria-label={say(TEXTS.refresh)}
          title={say(TEXTS.refresh)}
          onClick={onRetry}
        >
          <Icon of="refresh" />
        </button>
      )}
      <button
        type="button"
        class="button quiet"
        aria-label={say(TEXTS.more)}
        title={say(TEXTS.more)}
        popovertarget={MENU}
      >
        <Icon of="more" />
      </button>
      <button type="button" class="button quiet" onClick={onOpenOptions}>{say(TEXTS.options)}</button>
      <Menu {...props} />
    </footer>
  );
}

/** The browser opens and closes it, also by Escape and by a click elsewhere. */
function Menu(props: FooterProps) {
  const { view, now, preferences, muted_until, panel_hidden, onPrefer, onMute, onCopy, onShowPanel } = props;
  const muted = muted_until !== null && muted_until > now;
  return (
    <div id={MENU} class="menu" popover="auto">
      {view.status && (
        <>
          <Entry text={shareCommand(preferences)} onClick={() => onPrefer({ share: otherForm(preferences).share })} />
          <Entry text={timeCommand(preferences)} onClick={() => onPrefer({ time: otherForm(preferences).time })} />
          <Entry text={muteCommand(muted)} onClick={() => onMute(!muted)} />
        </>
      )}
      {panel_hidden && <Entry text={say(TEXTS.show_panel)} onClick={onShowPanel} />}
      <Entry text={say(TEXTS.copy)} onClick={onCopy} />
      <a href={LIMITS_PAGE} target="_blank" rel="noreferrer">{say(TEXTS.limits_page)}</a>
    </div>
  );
}

function Entry({ text, onClick }: { text: string; onClick(): void }) {
  return <button type="button" popovertarget={MENU} popovertargetaction="hide" onClick={onClick}>{text}</button>;
}
