/**
 * The panel in the team's chat page: one per page, in the top frame, for as long as the background wants it there. The
 * background puts this script there when the person names a page. A plain script and not a WXT content script, whose
 * wrapper costs a twelfth of the size budget and tells the page about the extension.
 */
import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { connectView, tell, viewSignal } from "../../state/view_client.ts";
import { mountHost } from "../../widget/host.ts";
import { mountWidget } from "../../widget/widget.tsx";

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

/** Shared by all instances of this script in a page, and by nothing else: the page's own scripts have other globals. */
const shared = globalThis as { quotaGaugeLeave?: () => void };

export default defineUnlistedScript(() => {
  if (globalThis.top !== globalThis.self) return;
  shared.quotaGaugeLeave?.();
  let unmount = () => {};
  const disconnect = connectView({ onFirstView: () => unmount = show(), onLeave: () => unmount() });
  shared.quotaGaugeLeave = () => {
    disconnect();
    unmount();
  };
});

/** Nothing shows before the first view: the background may answer that this page is not the chat page. */
function show(): () => void {
  const { root, remove } = mountHost(styles);
  const unmount = mountWidget(root, {
    view: viewSignal,
    onOpenOptions: () => void tell({ type: "open_options" }),
    onRetry: () => void tell({ type: "retry" }),
  });
  return () => {
    unmount();
    remove();
  };
}
