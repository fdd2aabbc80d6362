/** The panel in the widget: with its menu, and the way to the options. */
import type { ComponentChildren } from "preact";
import { optionsButton } from "../../shared/ui/status/OptionsButton.tsx";
import type { View } from "../../shared/view.ts";
import { say } from "../../shared/words/say.ts";
import { Panel } from "./Panel.tsx";

/** The actions of the panel's buttons. */
export interface PanelCommands {
  onOpenOptions(): void;
  onRetry(): void;
}

interface WidgetPanelProps extends PanelCommands {
  view: View;
  /** Local epoch milliseconds. */
  now: number;
  menu?: ComponentChildren;
}

export function WidgetPanel({ view, now, onOpenOptions, onRetry, menu }: WidgetPanelProps) {
  const footer = [
    menu,
    <button key="options" type="button" class="button quiet" onClick={onOpenOptions}>{say("Options")}</button>,
  ];
  return (
    <Panel
      view={view}
      now={now}
      onRetry={onRetry}
      optionsButton={(state) => optionsButton(state, onOpenOptions)}
      footer={footer}
    />
  );
}
