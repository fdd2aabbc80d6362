/** A computer whose clock is wrong: every surface follows the service's clock. */
import { h } from "preact";
import { badge, nextChangeIn } from "../../extension/badge/badge.ts";
import { Popup } from "../../extension/pages/popup/Popup.tsx";
import { describePill } from "../../extension/widget/describe_pill.ts";
import { WidgetPanel } from "../../extension/widget/WidgetPanel.tsx";
import { describeStatus } from "../../shared/ui/status/describe_status.ts";
import type { TimeForm } from "../../shared/ui/time/wait_text.ts";
import type { View } from "../../shared/view.ts";
import { statusLines } from "../../server/command/status_text.ts";
import { AT, FIXTURES } from "../gallery/fixtures.ts";
import { NO_COMMANDS, PLAIN } from "../gallery/popup_states.ts";
import { assertEquals } from "../support/assert.ts";
import { rendered } from "../support/rendered.ts";

const HOUR = 3_600_000;

const CLOCKS: [name: string, ms: number][] = [
  ["an hour ahead", HOUR],
  ["an hour behind", -HOUR],
  ["a day ahead", 24 * HOUR],
  ["a day behind", -24 * HOUR],
  ["29 years behind, as with an empty battery", -29 * 365 * 24 * HOUR],
];

/** The same view on a computer whose clock is `ms` ahead. */
function onClock(view: View, ms: number): View {
  const moved = (at: number | null) => at === null ? null : at + ms;
  return {
    ...view,
    confirmed_at: moved(view.confirmed_at),
    retry_at: moved(view.retry_at),
    clock_offset_ms: view.clock_offset_ms - ms,
  };
}

/** Elements with their texts and tooltips. */
function read(node: Parameters<typeof rendered>[0]): string[] {
  return rendered(node).map(({ tag, text, props }) => `${tag} ${text} ${props.title ?? ""}`);
}

/** Everything that the surfaces show of a view. */
function shown(view: View, now: number): Record<string, unknown> {
  const preferences = (time: TimeForm) => ({ ...PLAIN.preferences, time });
  const popup = (time: TimeForm) => h(Popup, { ...PLAIN, ...NO_COMMANDS, view, now, preferences: preferences(time) });
  return {
    badge: badge(view, now),
    next: nextChangeIn(view, now),
    status: describeStatus(view, now),
    pill: describePill(view, now),
    popup: [read(popup("relative")), read(popup("absolute"))],
    panel: read(h(WidgetPanel, { ...NO_COMMANDS, view, now })),
    terminal: statusLines(view, now, { width: 80, colour: false, unicode: true }),
  };
}

for (const [name, ms] of CLOCKS) {
  for (const [state, view] of Object.entries(FIXTURES)) {
    Deno.test(`FAULT 62: with a clock ${name}, every surface shows the same: ${state}`, () => {
      assertEquals(shown(onClock(view, ms), AT + ms), shown(view, AT));
    });
  }
}
