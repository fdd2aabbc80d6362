/** The section that exports and imports the settings. */
import { say } from "../../../shared/words/say.ts";
import { FILE } from "./describe_file.ts";
import type { Transfer } from "./transfer.ts";

export function FileSection({ transfer }: { transfer: Transfer }) {
  const { pending, faults } = transfer;
  return (
    <section class="card">
      <h2>{say(FILE.heading)}</h2>
      <p>{say(FILE.text)}</p>
      <div class="buttons">
        <button type="button" class="button" onClick={() => void transfer.export()}>{say(FILE.export)}</button>
        <label class="button file">
          {say(FILE.import)}
          <input
            type="file"
            accept="application/json,.json"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? [];
              if (file) void transfer.choose(file).finally(() => currentTarget.value = "");
            }}
          />
        </label>
      </div>
      <div class="imported" role="status">
        {faults.map((fault) => <p key={fault} class="fault">{fault}</p>)}
        {pending && <p>{pending}</p>}
      </div>
      {pending && (
        <div class="buttons">
          <button type="button" class="button primary" onClick={() => void transfer.apply()}>{say(FILE.apply)}</button>
          <button type="button" class="button" onClick={() => transfer.cancel()}>{say(FILE.cancel)}</button>
        </div>
      )}
    </section>
  );
}
