/** Connects the popup to the background. */
import { batch, signal } from "@preact/signals";
import { render } from "preact";
import { createTicker } from "../../../shared/ui/time/ticker.ts";
import type { View } from "../../../shared/view.ts";
import { Popup } from "../../pages/popup/Popup.tsx";
import { readStoredView } from "../../state/stored_view.ts";
import { connectView, LOADING_VIEW, send } from "../../state/view_client.ts";

/** The stored snapshot takes a few milliseconds; waiting for it avoids a flash of "connecting". */
const FIRST_VIEW_WITHIN_MS = 100;

const app = document.getElementById("app")!;
const view = signal<View | null>(null);
const now = signal(Date.now());
const ticker = createTicker(() => now.value = Date.now());
const loading = setTimeout(() => show(LOADING_VIEW), FIRST_VIEW_WITHIN_MS);

connectView({ readStored: readStoredView, onView: show });

function show(next: View): void {
  clearTimeout(loading);
  const isFirst = view.value === null;
  batch(() => {
    view.value = next;
    now.value = Date.now();
  });
  if (!isFirst) return;
  app.replaceChildren(); // The page's own placeholder.
  render(<Page />, app);
  ticker.start();
}

function Page() {
  return (
    <Popup
      view={view.value ?? LOADING_VIEW}
      now={now.value}
      onRetry={() => void send({ type: "retry" })}
      onOpenOptions={() => void send({ type: "open_options" }).then(() => globalThis.close())}
    />
  );
}
