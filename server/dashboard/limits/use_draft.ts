/** The limits as they are edited, beside those that the service has. */
import { useState } from "preact/hooks";
import type { LimitsReport, OwnLimits } from "../../../shared/limits.ts";
import { say } from "../../../shared/words/say.ts";
import { addressOf, type ApiError, request, tagOf } from "../data/api.ts";
import { useSubmit } from "../parts/Form.tsx";
import { notify } from "../parts/Toasts.tsx";

/** @param saved is called after each save. */
export function useDraft(report: LimitsReport, saved: () => void) {
  const { workspace_id } = report;
  const address = addressOf("api/quota/limits", { workspace_id });
  const [known, setKnown] = useState(report);
  const [own, setOwn] = useState<OwnLimits>(report.own);
  /** Another admin has set limits since these were read: they are not replaced unseen. */
  const [isOvertaken, setOvertaken] = useState(false);
  /** Counts the times that the fields begin anew: what is typed in them is theirs meanwhile. */
  const [version, setVersion] = useState(0);
  const show = (own: OwnLimits) => {
    setOwn(own);
    setVersion((version) => version + 1);
  };
  const { fault, isBusy, submit } = useSubmit(async () => {
    const tag = tagOf(known);
    const headers: Record<string, string> = tag === undefined ? {} : { "if-match": tag };
    setOvertaken(false);
    const now = await request<LimitsReport>(address, { method: "PUT", body: own, headers }).catch(overtaken);
    setKnown(now);
    show(now.own);
    notify(say("The limits of {workspace} are in force.", { workspace: workspace_id }));
    saved();
  });
  const overtaken = async (error: ApiError) => {
    if (error.code === "limits_changed") {
      setKnown(await request<LimitsReport>(address));
      setOvertaken(true);
    }
    throw error;
  };
  const discard = () => {
    setOvertaken(false);
    show(known.own);
  };
  return { known, own, setOwn, discard, version, fault, isBusy, isOvertaken, submit };
}
