/** Every text that a surface shows. `english/` has them by area, each with a note for translators. */
import badge from "./english/badge.json" with { type: "json" };
import connection from "./english/connection.json" with { type: "json" };
import dashboard from "./english/dashboard.json" with { type: "json" };
import dashboard_workspace from "./english/dashboard_workspace.json" with { type: "json" };
import dashboard_budgets from "./english/dashboard_budgets.json" with { type: "json" };
import dashboard_costs from "./english/dashboard_costs.json" with { type: "json" };
import dashboard_limits from "./english/dashboard_limits.json" with { type: "json" };
import extension from "./english/extension.json" with { type: "json" };
import form from "./english/form.json" with { type: "json" };
import meters from "./english/meters.json" with { type: "json" };
import monitor from "./english/monitor.json" with { type: "json" };
import notices from "./english/notices.json" with { type: "json" };
import onboarding from "./english/onboarding.json" with { type: "json" };
import options from "./english/options.json" with { type: "json" };
import popup from "./english/popup.json" with { type: "json" };
import status from "./english/status.json" with { type: "json" };
import time from "./english/time.json" with { type: "json" };
import widget from "./english/widget.json" with { type: "json" };

/** A text in English, as the code says it. */
export type Text =
  | keyof typeof badge
  | keyof typeof connection
  | keyof typeof dashboard
  | keyof typeof dashboard_workspace
  | keyof typeof dashboard_budgets
  | keyof typeof dashboard_costs
  | keyof typeof dashboard_limits
  | keyof typeof extension
  | keyof typeof form
  | keyof typeof meters
  | keyof typeof monitor
  | keyof typeof notices
  | keyof typeof onboarding
  | keyof typeof options
  | keyof typeof popup
  | keyof typeof status
  | keyof typeof time
  | keyof typeof widget;
