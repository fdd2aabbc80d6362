/** An attempt in full: what it cost and where it belongs in words, then every field under its name in the API. */
import type { ComponentChildren } from "preact";
import type { AttemptBody } from "../../../shared/attempts.ts";
import { numberText, say } from "../../../shared/words/say.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Link } from "../parts/Link.tsx";
import { exactUsd } from "../parts/money_text.ts";
import { costText, unpricedReason } from "./cost_text.ts";

export function AttemptDetails({ of, close }: { of: AttemptBody; close: () => void }) {
  const fields = Object.entries(of).filter(([, value]) => value !== null);
  const call = { place: "attempts", range: "30d", filters: { call_id: [of.call_id] } } as const;
  return (
    <Dialog title={say("Attempt {id}", { id: of.id })} close={close}>
      <Fields of={inWords(of)} />
      <h3>{say("All fields, as the API names them")}</h3>
      <Fields
        of={fields.map(([name, value]) => [
          <code key={name}>{name}</code>,
          typeof value === "object" ? JSON.stringify(value) : String(value),
        ])}
      />
      <div class="buttons" onClick={(event) => (event.target as Element).closest("a") && close()}>
        <Link to={call} class="button">{say("All attempts of this call")}</Link>
        <button type="button" class="button primary" onClick={close}>{say("Done|dialog")}</button>
      </div>
    </Dialog>
  );
}

type Field = [name: ComponentChildren, value: string];

function Fields({ of }: { of: readonly Field[] }) {
  return (
    <dl class="fields">
      {of.map(([name, value], at) => (
        <div key={at}>
          <dt>{name}</dt>
          <dd>
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function inWords(of: AttemptBody): Field[] {
  const { usage_parts, run, key_id, request_id, charged_usd } = of;
  const reason = unpricedReason(of);
  const parts = Object.entries(usage_parts ?? {}).map(([name, count]) => `${name}: ${numberText(count)}`);
  const named: [string, string | null][] = [
    [say("Cost|column"), reason === "" ? costText(of) : say("not priced: {reason}", { reason })],
    [say("Budgets count in its place"), charged_usd && exactUsd(charged_usd)],
    [say("Further parts of the usage"), parts.join("\n")],
    [say("Run|filter"), run],
    [say("Key|column"), key_id],
    [say("The provider's request id"), request_id],
  ];
  return named.filter((field): field is [string, string] => Boolean(field[1]));
}
