/** The form of the limits and budgets of a workspace and its parts. */
import { useState } from "preact/hooks";
import type { LimitsReport, OwnLimits } from "../../../shared/limits.ts";
import { say } from "../../../shared/words/say.ts";
import { addressOf, type ApiError, request, tagOf } from "../data/api.ts";
import { useSubmit } from "../parts/Form.tsx";
import { notify } from "../parts/Toasts.tsx";
import { AddPart } from "./AddPart.tsx";
import { faultOf, scopesOf, withPart } from "./draft.ts";
import { ScopeFields } from "./ScopeFields.tsx";

interface EditorProps {
  report: LimitsReport;
  saved: () => void;
}

export function Editor(props: EditorProps) {
  const { known, own, setOwn, discard, version, fault, isBusy, isOvertaken, submit } = useDraft(props);
  const isChanged = JSON.stringify(own) !== JSON.stringify(known.own);
  const wrong = faultOf(own);
  const canSave = isChanged && wrong === null;
  return (
    <form class="limits" onSubmit={(event) => canSave ? submit(event) : event.preventDefault()}>
      {scopesOf(own).map((scope) => (
        <ScopeFields
          key={`${version} ${JSON.stringify(scope)}`}
          scope={scope}
          own={own}
          known={known}
          change={setOwn}
        />
      ))}
      <AddPart add={(part, name) => setOwn(withPart(own, part, name, true))} />
      {(own.raises || own.shadow) && (
        <p class="muted">{say("Temporary raises and rules that are only observed stay as they are.")}</p>
      )}
      <p class="fault" role="alert" dir="auto">
        {wrong === null ? fault : FAULTS[wrong]()}
        {wrong === null && isOvertaken &&
          ` ${say("Your changes are kept: save again to replace what was set, or discard them to see it.")}`}
      </p>
      <div class="buttons">
        <button type="button" class="button" aria-disabled={!isChanged} onClick={discard}>
          {say("Discard")}
        </button>
        <button type="submit" class="button primary" aria-disabled={isBusy || !canSave}>
          {say("Save the limits")}
        </button>
      </div>
    </form>
  );
}

const FAULTS = {
  limit: () => say("A limit is a whole number from 1."),
  budget: () => say("A budget is an amount of US dollars above 0, such as 20 or 0.05."),
};

/** The limits as they are edited, beside those that the service has. Two admins do not replace each other's unseen. */
function useDraft({ report, saved }: EditorProps) {
  const { workspace_id } = report;
  const address = addressOf("api/quota/limits", { workspace_id });
  const [known, setKnown] = useState(report);
  const [own, setOwn] = useState<OwnLimits>(report.own);
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
