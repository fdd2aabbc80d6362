/** The popup's wiring. */
import { render } from "preact";
import { connectView, send, viewSignal } from "../../state/view_client.ts";
import { readStoredView } from "../../state/stored_view.ts";
import { Popup } from "../../pages/popup/Popup.tsx";

/** The stored snapshot takes a few milliseconds; waiting for it spares a flash of "connecting". */
const FIRST_VIEW_WITHIN_MS = 100;

function firstView(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const nothing = viewSignal.peek();
  const stop = viewSignal.subscribe((view) => view !== nothing && resolve());
  const timer = setTimeout(resolve, FIRST_VIEW_WITHIN_MS);
  return promise.finally(() => (stop(), clearTimeout(timer)));
}

connectView({ readStored: readStoredView });
await firstView();
const app = document.getElementById("app")!;
app.replaceChildren();
render(
  <Popup
    view={viewSignal}
    onRetry={() => void send({ type: "retry" })}
    onOpenOptions={() => void send({ type: "open_options" }).then(() => globalThis.close())}
  />,
  app,
);
