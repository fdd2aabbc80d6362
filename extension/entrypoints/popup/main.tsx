/** Connects the popup to the background. */
import { render } from "preact";
import { createTicker } from "../../../shared/ui/time/ticker.ts";
import type { View } from "../../../shared/view.ts";
import { Popup } from "../../pages/popup/Popup.tsx";
import { readStoredView } from "../../state/stored_view.ts";
import { connectView, LOADING_VIEW, send } from "../../state/view_client.ts";

/** The stored snapshot takes a few milliseconds; waiting for it avoids a flash of "connecting". */
const FIRST_VIEW_WITHIN_MS = 100;

const app = document.getElementById("app")!;
const ticker = createTicker(draw);
const loading = setTimeout(() => show(LOADING_VIEW), FIRST_VIEW_WITHIN_MS);
let shown: View | null = null;

connectView({ readStored: readStoredView, onView: show });

function show(view: View): void {
  clearTimeout(loading);
  if (!shown) app.replaceChildren(); // The page's own placeholder.
  shown = view;
  draw();
  ticker.start();
}

function draw(): void {
  render(
    <Popup
      view={shown ?? LOADING_VIEW}
      now={Date.now()}
      onRetry={() => void send({ type: "retry" })}
      onOpenOptions={() => void send({ type: "open_options" }).then(() => globalThis.close())}
    />,
    app,
  );
}
