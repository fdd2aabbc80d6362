/** Before limits are saved: what they would have done to the calls of the last days. */
import type { OwnLimits } from "../../../../shared/limits.ts";
import type { LimitsPreview } from "../../../../shared/budgets/limits_preview.ts";
import { say } from "../../../../shared/words/say.ts";
import { localTimeText } from "../../data/local_time.ts";
import { Skeleton } from "../../parts/Skeleton.tsx";
import { Failure } from "../../parts/States.tsx";
import { Section } from "../Section.tsx";
import { PreviewTable } from "./PreviewTable.tsx";
import { previewSentence } from "./preview_text.ts";
import { type Preview, usePreview } from "./use_preview.ts";

interface LimitsEffectProps {
  workspace_id: string;
  own: OwnLimits;
  known: OwnLimits;
  isChanged: boolean;
  isComplete: boolean;
}

export function LimitsEffect({ workspace_id, own, known, isChanged, isComplete }: LimitsEffectProps) {
  const isAsked = isChanged && isComplete;
  const preview = usePreview(workspace_id, isAsked ? own : null, known);
  return (
    <Section title={say("Effect on the last 7 days")}>
      <p class={isAsked && preview.isCurrent && preview.data ? "sentence" : "muted"} aria-live="polite">
        {isAsked ? sentenceOf(preview) : hintText(isChanged)}
      </p>
      {isAsked && <Details {...preview} />}
    </Section>
  );
}

function hintText(isChanged: boolean): string {
  return isChanged
    ? say("Correct the marked fields to see the effect.")
    : say("Change a limit to see which calls it would have refused.");
}

function sentenceOf({ data, error, isCurrent }: Preview): string {
  if (error) return "";
  return isCurrent && data ? previewSentence(data) : say("Comparing with the calls of the last 7 days…");
}

function Details({ data, error, isCurrent, retry }: Preview) {
  if (error) return <Failure error={error} retry={retry} />;
  if (!data) return <Skeleton rows={4} height={60} />;
  if (data.calls === 0) return null;
  return (
    <div class={`effect${isCurrent ? "" : " outdated"}`}>
      {!data.is_complete && <p class="muted">{incompleteText(data)}</p>}
      <PreviewTable preview={data} />
      <p class="muted">
        {say("Calls that were refused at the time are not among them, and temporary raises are left out.")}
      </p>
    </div>
  );
}

function incompleteText({ from }: LimitsPreview): string {
  return say(
    "Not every earlier attempt could be compared: the numbers begin at {time}, and budgets of a week or a month may lack spend before it.",
    { time: localTimeText(from) },
  );
}
