/** Moves, folds and hides the widget: the way for those who cannot drag, and for those who do not want it now. */
import { say } from "../../shared/words/say.ts";
import type { WidgetSite } from "../state/settings.ts";
import { MENU, menuEntries, SPOTS } from "./describe_menu.ts";

interface MenuProps {
  site: WidgetSite;
  /** Local epoch milliseconds. */
  now: number;
  onChange(change: Partial<WidgetSite>): void;
}

export function Menu({ site, now, onChange }: MenuProps) {
  const choose = (event: Event) =>
    onChange({ spot: (event.currentTarget as HTMLSelectElement).value as WidgetSite["spot"] });
  return (
    <details class="menu">
      <summary>{say(MENU.title)}</summary>
      <label>
        <span>{say(MENU.position)}</span>
        <select value={site.spot} onChange={choose}>
          {SPOTS.map(([spot, label]) => <option key={spot} value={spot}>{say(label)}</option>)}
        </select>
      </label>
      <div class="entries">
        {menuEntries(site, now).map(({ label, change }) => (
          <button
            key={label}
            type="button"
            class="button"
            onClick={() => onChange(change)}
          >
            {label}
          </button>
        ))}
      </div>
      <p class="hint">{say(MENU.back)}</p>
    </details>
  );
}
