/** The element's panel in every state of the gallery, for two renderers in one page. */
import { render } from "preact";
import { Announcement } from "../../shared/ui/status/StatusNotice.tsx";
import { Panel } from "../../extension/widget/Panel.tsx";
import { AT, FIXTURES } from "../gallery/fixtures.ts";

let retries = 0;

/** Draws a state at a time into a container. @returns how often "Retry" was clicked so far. */
function show(state: string, place: Element, later_ms = 0): number {
  const view = FIXTURES[state];
  render(
    <section class="qg" aria-label="OpenAI quota">
      <Announcement view={view} />
      <Panel view={view} now={AT + later_ms} onRetry={() => retries++} />
    </section>,
    place,
  );
  return retries;
}

Object.assign(globalThis, { show, states: Object.keys(FIXTURES) });
