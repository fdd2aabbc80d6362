/** Mounts the widget in a fixture. Tests call `quotaGauge` in the page. */
import { DEFAULT_SITE } from "../../extension/state/widget_site.ts";
import type { WidgetSite } from "../../extension/state/settings.ts";
import { openPanel } from "../../extension/widget/open_panel.tsx";
import { findAnchor } from "../../extension/widget/seat/anchor.ts";
import { Widget } from "../../extension/widget/widget.ts";
import { AT, FIXTURES } from "../gallery/fixtures.ts";

declare const SHEET: string;

interface Mounted {
  state: string;
  site?: Partial<WidgetSite>;
  selector?: string;
}

/** The interface of the page for its tests. */
export interface FixturePage {
  quotaGauge: {
    mount(options: Mounted): void;
    show(state: string): void;
    apply(site: Partial<WidgetSite>): void;
    unmount(): void;
    /** Name of the adapter that knows this page. */
    adapter(): string | undefined;
    /** The changes that the reader has made. */
    changes: Partial<WidgetSite>[];
  };
}

let widget: Widget;
const changes: Partial<WidgetSite>[] = [];

(globalThis as unknown as FixturePage).quotaGauge = {
  changes,
  mount({ state, site, selector }) {
    Date.now = () => AT;
    const host = document.createElement("div");
    host.dataset.quotaGauge = "";
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(SHEET);
    root.adoptedStyleSheets = [sheet];
    const commands = {
      onRetry() {},
      onOpenOptions() {},
      onMute() {},
      loadPanel: () => Promise.resolve(openPanel),
      onChange: (change: Partial<WidgetSite>) => void changes.push(change),
    };
    widget = new Widget(root, { view: FIXTURES[state], site: { ...DEFAULT_SITE, ...site }, selector, commands });
  },
  show: (state) => widget.update(FIXTURES[state]),
  apply: (site) => widget.apply({ ...DEFAULT_SITE, ...site }),
  adapter: () => findAnchor(document, location.host + location.pathname)?.name,
  unmount: () => widget.unmount(),
};
