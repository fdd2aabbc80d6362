/** The form of a workspace's limits and those of its models. */
import { useState } from "preact/hooks";
import type { LimitsReport, OwnLimits } from "../../../shared/limits.ts";
import { METER_NAMES } from "../../../shared/meters.ts";
import { say } from "../../../shared/words/say.ts";
import { addressOf, request } from "../data/api.ts";
import { useSubmit } from "../parts/Form.tsx";
import { notify } from "../parts/Toasts.tsx";
import { type FourLimits, isComplete, withLimit, withModel } from "./draft.ts";
import { LimitCell } from "./LimitCell.tsx";

interface EditorProps {
  report: LimitsReport;
  saved: () => void;
}

export function Editor(props: EditorProps) {
  const { known, own, setOwn, fault, isBusy, submit } = useDraft(props);
  const isChanged = JSON.stringify(own) !== JSON.stringify(known.own);
  const canSave = isChanged && isComplete(own);
  return (
    <form class="limits" onSubmit={(event) => canSave ? submit(event) : event.preventDefault()}>
      <Scope title={say("The whole workspace")} model={null} own={own} known={known} change={setOwn} />
      {Object.keys(own.models ?? {}).map((model) => (
        <Scope key={model} title={model} model={model} own={own} known={known} change={setOwn} />
      ))}
      <AddModel add={(model) => setOwn(withModel(own, model, true))} />
      <p class="fault" role="alert" dir="auto">
        {isComplete(own) ? fault : say("A limit is a whole number from 1.")}
      </p>
      <div class="buttons">
        <button type="button" class="button" aria-disabled={!isChanged} onClick={() => setOwn(known.own)}>
          {say("Discard")}
        </button>
        <button type="submit" class="button primary" aria-disabled={isBusy || !canSave}>
          {say("Save the limits")}
        </button>
      </div>
    </form>
  );
}

/** The limits as they are edited, beside those that the service has. */
function useDraft({ report, saved }: EditorProps) {
  const { workspace_id } = report;
  const [known, setKnown] = useState(report);
  const [own, setOwn] = useState<OwnLimits>(report.own);
  const { fault, isBusy, submit } = useSubmit(async () => {
    const now = await request<LimitsReport>(addressOf("api/quota/limits", { workspace_id }), {
      method: "PUT",
      body: own,
    });
    setKnown(now);
    setOwn(now.own);
    notify(say("The limits of {workspace} are in force.", { workspace: workspace_id }));
    saved();
  });
  return { known, own, setOwn, fault, isBusy, submit };
}

interface ScopeProps {
  title: string;
  /** `null`: the workspace. */
  model: string | null;
  own: OwnLimits;
  known: LimitsReport;
  change: (own: OwnLimits) => void;
}

function Scope({ title, model, own, known, change }: ScopeProps) {
  const of: FourLimits = (model === null ? own : own.models?.[model]) ?? {};
  return (
    <fieldset class="card">
      <legend>
        <bdi>{title}</bdi>
      </legend>
      <div class="limit-cells">
        {METER_NAMES.map((name) => (
          <LimitCell
            key={`${name} ${known.own === own}`}
            name={name}
            scope={title}
            value={of[name]}
            inherited={inheritedOf(known, model)[name]}
            set={(limit) => change(withLimit(own, model, name, limit))}
          />
        ))}
      </div>
      {model !== null && (
        <button
          type="button"
          class="button quiet"
          onClick={() => change(withModel(own, model, false))}
        >
          {say("Remove the limits of {model}", { model })}
        </button>
      )}
    </fieldset>
  );
}

/** What is in force where nothing is set; a limit of the workspace's own hides what it would inherit. */
function inheritedOf({ own, limits, models }: LimitsReport, model: string | null): FourLimits {
  const set: FourLimits = (model === null ? own : own.models?.[model]) ?? {};
  const inForce = model === null ? limits : models.find((of) => of.model === model)?.limits ?? {};
  return Object.fromEntries(Object.entries(inForce).filter(([name]) => !(name in set)));
}

function AddModel({ add }: { add: (model: string) => void }) {
  const [model, setModel] = useState("");
  const name = model.trim();
  const addNow = () => {
    if (name === "") return;
    add(name);
    setModel("");
  };
  return (
    <div class="filters">
      <label class="field">
        <span>{say("Limits of one model")}</span>
        <input
          value={model}
          maxLength={200}
          dir="auto"
          spellcheck={false}
          onInput={(event) => setModel(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && (event.preventDefault(), addNow())}
        />
      </label>
      <button type="button" class="button" aria-disabled={name === ""} onClick={addNow}>{say("Add the model")}</button>
    </div>
  );
}
