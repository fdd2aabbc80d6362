/** The popup's wiring. */
import { render } from "preact";
import { connectView, send, viewSignal } from "../../state/client.ts";
import { Popup } from "../../ui/popup/Popup.tsx";

connectView();
render(
  <Popup
    view={viewSignal}
    onRetry={() => void send({ type: "retry" })}
    onOpenOptions={() => void send({ type: "open_options" }).then(() => globalThis.close())}
  />,
  document.getElementById("app")!,
);
