/** The open panel: drawn by Preact, placed near the pill, folded when the reader turns to the page. */
import { render } from "preact";
import type { WidgetSite } from "../state/settings.ts";
import type { View } from "../../shared/view.ts";
import { speak, type Spoken } from "../../shared/words/say.ts";
import { foldOnLeave } from "./fold.ts";
import { Menu } from "./Menu.tsx";
import { PanelPlacer } from "./panel_placer.ts";
import type { Anchor } from "./seat/anchor.ts";
import { type PanelCommands, WidgetPanel } from "./WidgetPanel.tsx";

/** What the panel needs of its widget. */
export interface PanelFrame {
  /** The popover that it fills. */
  place: HTMLElement;
  pill: HTMLElement;
  host: Element;
  anchor(): Anchor | null;
  commands: PanelCommands;
  /** The reader moves, folds or hides the widget. */
  onChange(change: Partial<WidgetSite>): void;
  /** The reader has turned to the page. */
  onFold(): void;
  /** The panel is a script of its own, with a language of its own. */
  spoken: Spoken;
}

/** A panel that is open until {@link OpenPanel.close}. */
export interface OpenPanel {
  /** `now` is in local epoch milliseconds. */
  draw(view: View, site: WidgetSite, now: number): void;
  /** Finds its place again. */
  settle(): void;
  close(): void;
}

export function openPanel({ place, pill, host, anchor, commands, onChange, onFold, spoken }: PanelFrame): OpenPanel {
  speak(spoken);
  const placer = new PanelPlacer(place, pill, host, anchor);
  const endFolding = foldOnLeave(host, onFold);
  let isShown = false;
  return {
    draw(view, site, now) {
      const menu = <Menu site={site} now={now} onChange={onChange} />;
      render(<WidgetPanel view={view} now={now} menu={menu} {...commands} />, place);
      if (!isShown) placer.show();
      isShown = true;
    },
    settle: () => placer.place(),
    close() {
      endFolding();
      placer.hide();
      render(null, place);
    },
  };
}
