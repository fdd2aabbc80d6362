/** The panel in a chat page: a pill that unfolds. It keeps to its corner, and what it is told stays in memory. */
import { type ReadonlySignal, type Signal, useSignal } from "@preact/signals";
import type { TargetedKeyboardEvent } from "preact";
import type { View } from "../../state/view.ts";
import { Countdown } from "../Countdown.tsx";
import { describePill } from "../describe_pill.ts";
import { Freshness } from "../Freshness.tsx";
import { Meters } from "../Meters.tsx";
import { Shape } from "../Shape.tsx";
import { Announcement, StatusNotice } from "../StatusNotice.tsx";
import { isCurrent } from "../tone.ts";

export interface WidgetProps {
  view: ReadonlySignal<View>;
  onOpenOptions(): void;
  onRetry(): void;
}

/** Keys pressed in the panel are not the chat page's: many pages move the focus to their composer on any key. */
const KEY_EVENTS = { onKeyUp: keep, onKeyPress: keep };

export function Widget({ view, onOpenOptions, onRetry }: WidgetProps) {
  const open = useSignal(false);
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    keep(event);
    if (event.key !== "Escape" || !open.value) return;
    open.value = false;
    event.currentTarget.querySelector<HTMLElement>(".pill")?.focus();
  };
  return (
    <section class="qg widget" aria-label="OpenAI quota" onKeyDown={onKeyDown} {...KEY_EVENTS}>
      <Announcement view={view.value} />
      {open.value && <Panel view={view.value} onOpenOptions={onOpenOptions} onRetry={onRetry} />}
      <button
        type="button"
        class="pill"
        aria-expanded={open.value}
        aria-controls="panel"
        onClick={() => toggle(open)}
      >
        <Pill view={view.value} />
      </button>
    </section>
  );
}

function Pill({ view }: { view: View }) {
  const { look, now, word, was, until } = describePill(view);
  return (
    <>
      <Shape look={look} />
      {now && <b class="number">{now}</b>}
      <span>{word}</span>
      {was && <span class="was number">{was}</span>}
      {until && <Countdown until={until} offset_ms={view.clock_offset_ms} />}
      <svg class="chevron" viewBox="0 0 12 12" aria-hidden="true">
        <path d="M2.5 7.5 6 4l3.5 3.5" />
      </svg>
    </>
  );
}

function Panel({ view, ...commands }: Omit<WidgetProps, "view"> & { view: View }) {
  return (
    <div id="panel" class={isCurrent(view) ? "panel" : "panel dimmed"} data-connection={view.connection}>
      <header>
        <h2 title={view.workspace_id}>{view.connection === "unconfigured" ? "Quota Gauge" : view.workspace_id}</h2>
        <Freshness view={view} />
      </header>
      <StatusNotice view={view} onOpenOptions={commands.onOpenOptions} onRetry={commands.onRetry} />
      {(view.status || view.connection === "connecting") && <Meters view={view} />}
      <button type="button" class="button quiet" onClick={commands.onOpenOptions}>Options</button>
    </div>
  );
}

function keep(event: Event): void {
  event.stopPropagation();
}

function toggle(open: Signal<boolean>): void {
  open.value = !open.value;
}
