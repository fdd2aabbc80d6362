/**
 * The hook. It is packed twice: for Preact as it is, and for React with React's hooks, which have the same names.
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { View } from "../../shared/view.ts";
import { createLanguage } from "./language.ts";
import { type Monitor, STARTING_VIEW, startMonitor } from "./monitor.ts";
import { createNotifier } from "./notify.ts";
import { planOf } from "./options.ts";
import type { QuotaMonitorOptions, UseQuotaMonitor } from "./types.ts";

/** A view, and the options that it belongs to. */
interface Shown {
  view: View;
  plan: string;
}

/** Follows the quota of a workspace while the component is mounted. */
export const useQuotaMonitor: UseQuotaMonitor = (options = {}) => {
  const plan = JSON.stringify(options);
  const [shown, setShown] = useState<Shown | null>(null);
  const monitor = useRef<Monitor | null>(null);
  useEffect(() => {
    const chosen: QuotaMonitorOptions = JSON.parse(plan);
    const tell = chosen.showNotifications ? createNotifier() : null;
    let problem: string | null = null;
    // The problem is a sentence: connecting again tells it in the new language.
    const language = createLanguage(() => problem && started.refresh());
    const started = monitor.current = startMonitor(planOf(chosen, document.baseURI), (view) => {
      problem = view.problem;
      setShown({ view, plan });
      language.use();
      tell?.(view, Date.now());
    }, language.use);
    void language.choose(chosen.language ?? "");
    return () => started.stop();
  }, [plan]);
  const refresh = useCallback(() => monitor.current?.refresh(), []);
  // With new options, the numbers of the old ones are not shown until the effect runs.
  const view = shown?.plan === plan ? shown.view : STARTING_VIEW;
  const { status, connection, problem } = view;
  return {
    view,
    stats: status?.stats ?? null,
    status: status?.status ?? null,
    connection,
    error: problem,
    loading: status === null && connection === "connecting",
    refresh,
  };
};
