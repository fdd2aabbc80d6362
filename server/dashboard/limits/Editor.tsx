/** The form of the limits and budgets of a workspace and its parts. */
import "./limits.css";
import type { LimitsReport, OwnLimits } from "../../../shared/limits.ts";
import { say } from "../../../shared/words/say.ts";
import { now } from "../data/now.ts";
import { isComplete, isSame, type Scope } from "./draft.ts";
import { inheritedBudgets, inheritedLimits } from "./inherited.ts";
import { Observed } from "./Observed.tsx";
import { LimitsEffect } from "./preview/Preview.tsx";
import { Raises } from "./Raises.tsx";
import { Scopes } from "./Scopes.tsx";
import { Section } from "./Section.tsx";
import { useDraft } from "./use_draft.ts";

interface EditorProps {
  report: LimitsReport;
  saved: () => void;
}

export function Editor({ report, saved }: EditorProps) {
  const draft = useDraft(report, saved);
  const { known, own, version } = draft;
  const isChanged = !isSame(own, known.own);
  const save = (event: SubmitEvent) => {
    if (isChanged && isComplete(own)) return draft.submit(event);
    event.preventDefault();
    (event.target as HTMLFormElement).querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
  };
  return (
    <form class="limits" noValidate onSubmit={save}>
      <Sections key={version} own={own} known={known} change={draft.setOwn} />
      <LimitsEffect
        workspace_id={known.workspace_id}
        own={own}
        known={known.own}
        isChanged={isChanged}
        isComplete={isComplete(own)}
      />
      <p class="fault" role="alert" dir="auto">
        {draft.fault}
        {draft.isOvertaken &&
          ` ${say("Your changes are kept: save again to replace what was set, or discard them to see it.")}`}
      </p>
      <div class="buttons">
        <button type="button" class="button" aria-disabled={!isChanged} onClick={draft.discard}>
          {say("Discard")}
        </button>
        <button type="submit" class="button primary" aria-disabled={draft.isBusy || !isChanged}>
          {say("Save the limits")}
        </button>
      </div>
    </form>
  );
}

interface SectionsProps {
  own: OwnLimits;
  known: LimitsReport;
  change: (own: OwnLimits) => void;
}

function Sections({ own, known, change }: SectionsProps) {
  const inheritedBy = (scope: Scope) => ({
    limits: inheritedLimits(known, scope, now.peek()),
    budgets: inheritedBudgets(known, scope, now.peek()),
  });
  return (
    <div class="sections">
      <Section
        title={say("Limits and budgets")}
        lead={say("Inherited values come from the service's defaults for all workspaces.")}
      >
        <Scopes kind="enforced" own={own} inheritedBy={inheritedBy} change={change} />
      </Section>
      <Raises own={own} change={change} />
      <Observed own={own} change={change} />
    </div>
  );
}
