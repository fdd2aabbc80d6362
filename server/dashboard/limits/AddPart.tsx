/** Adds a model, an app or a run to the form, by its name. */
import { useState } from "preact/hooks";
import { say } from "../../../shared/words/say.ts";
import { type Part, PARTS } from "./draft.ts";

export function AddPart({ add }: { add: (part: Part, name: string) => void }) {
  const [part, setPart] = useState<Part>("models");
  const [text, setText] = useState("");
  const name = text.trim();
  const addNow = () => {
    if (name === "") return;
    add(part, name);
    setText("");
  };
  const labels = { models: say("Model|column"), apps: say("App|filter"), runs: say("Run|filter") };
  return (
    <div class="filters">
      <label class="field">
        <span>{say("Limits and budgets for one")}</span>
        <select value={part} onChange={(event) => setPart(event.currentTarget.value as Part)}>
          {PARTS.map((part) => <option key={part} value={part}>{labels[part]}</option>)}
        </select>
      </label>
      <label class="field">
        <span>{part === "models" ? say("Its name") : say("Its name, or * for each that is not named")}</span>
        <input
          value={text}
          maxLength={200}
          dir="auto"
          spellcheck={false}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Enter" && (event.preventDefault(), addNow())}
        />
      </label>
      <button type="button" class="button" aria-disabled={name === ""} onClick={addNow}>{say("Add|to a list")}</button>
    </div>
  );
}
