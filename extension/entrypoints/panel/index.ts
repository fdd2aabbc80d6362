/**
 * The code of the open panel. The background runs it in the chat page when the reader opens the panel there, and the widget's
 * script, whose globals it shares, calls it.
 */
import { defineUnlistedScript } from "wxt/utils/define-unlisted-script";
import { openPanel } from "../../widget/open_panel.tsx";

const shared = globalThis as { quotaGaugePanel?: typeof openPanel };

export default defineUnlistedScript(() => {
  shared.quotaGaugePanel = openPanel;
});
