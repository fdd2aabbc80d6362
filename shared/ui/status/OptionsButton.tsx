/** The button for the options page, in the states in which the reader has something to set there. */
import { say } from "../../words/say.ts";
import type { DisplayState } from "./tone.ts";

const CONNECT = { label: "Connect to your service", class: "button primary" } as const;
const CHECK = { label: "Check options", class: "button" } as const;

const BUTTONS: Partial<Record<DisplayState, typeof CHECK | typeof CONNECT>> = {
  unconfigured: CONNECT,
  not_permitted: CHECK,
  key_refused: CHECK,
  refused: CHECK,
};

/** The button for a state, or null. */
export function optionsButton(state: DisplayState, onOpenOptions: () => void) {
  const button = BUTTONS[state];
  return button
    ? <button type="button" class={button.class} onClick={onOpenOptions}>{say(button.label)}</button>
    : null;
}
