/**
 * The widget's script. The background registers it for the chat page of the settings; it runs in the top frame only. It is
 * an unlisted script, not a WXT content script, whose wrapper is a twelfth of the size budget and shows the page that the
 * extension exists.
 */
import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import type { View } from "../../../shared/view.ts";
import { connectView, tell } from "../../state/view_client.ts";
import { mountHost } from "../../widget/host.ts";
import { mountWidget, type Widget } from "../../widget/widget.tsx";

declare global {
  interface ImportMeta {
    /** Vite's. An `import "….css?inline"` would do the same, but only Vite could resolve it. */
    glob(pattern: string, options: { query: string; import: string; eager: true }): Record<string, string>;
  }
}

/** The style sheet as text, packed into the script: a page's CSP may forbid to fetch one. */
const [styles] = Object.values(
  import.meta.glob("../../widget/widget.css", { query: "?inline", import: "default", eager: true }),
);

/** Shared by all instances of this script in a page. The page's own scripts have other globals. */
const shared = globalThis as { quotaGaugeLeave?: () => void };

export default defineUnlistedScript(() => {
  if (globalThis.top !== globalThis.self) return;
  shared.quotaGaugeLeave?.();
  let widget: Widget | undefined;
  const unmount = () => widget?.unmount();
  // Nothing shows before the first view: the background may answer that this page is not the chat page.
  const disconnect = connectView({
    onView: (view) => widget ? widget.update(view) : widget = show(view),
    onLeave: unmount,
  });
  shared.quotaGaugeLeave = () => {
    disconnect();
    unmount();
  };
});

function show(view: View): Widget {
  const { root, remove } = mountHost(styles);
  const { update, unmount } = mountWidget(root, view, {
    onOpenOptions: () => void tell({ type: "open_options" }),
    onRetry: () => void tell({ type: "retry" }),
  });
  return { update, unmount: () => (unmount(), remove()) };
}
