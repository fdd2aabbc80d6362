/** The table of keys. */
import type { Key } from "../../../shared/access.ts";
import { ago } from "../../../shared/format.ts";
import { say } from "../../../shared/words/say.ts";
import type { Text } from "../../../shared/words/texts.ts";
import { now } from "../data/now.ts";
import { type Column, Table } from "../parts/Table.tsx";
import { endText, instantText, isUsable, scopeOf } from "./key_text.ts";

interface KeyTableProps {
  keys: readonly Key[];
  rotate: (key: Key) => void;
  revoke: (key: Key) => void;
}

export const KIND_NAMES = {
  ingest: "Ingest|key",
  read: "Read|key",
  admin: "Admin|key",
} as const satisfies Record<Key["kind"], Text>;

export function KeyTable({ keys, rotate, revoke }: KeyTableProps) {
  return (
    <Table
      caption={say("Keys")}
      columns={[...COLUMNS(), actionsColumn(rotate, revoke)]}
      rows={keys}
      keyOf={({ id }) => id}
    />
  );
}

const COLUMNS = (): Column<Key>[] => [
  { id: "id", title: say("Key|secret"), cell: ({ id }) => <code dir="ltr">{id}</code>, by: ({ id }) => id },
  { id: "kind", title: say("Kind"), cell: ({ kind }) => say(KIND_NAMES[kind]), by: ({ kind }) => kind },
  { id: "scope", title: say("For|key"), cell: (key) => <Names text={scopeOf(key)} />, by: scopeOf },
  { id: "note", title: say("Note"), cell: ({ note }) => <Names text={note ?? ""} />, by: ({ note }) => note ?? "" },
  {
    id: "used",
    title: say("Last used"),
    cell: ({ last_used_at }) =>
      last_used_at === null
        ? say("Never")
        : <time dateTime={last_used_at} title={instantText(last_used_at)}>{age(last_used_at)}</time>,
    by: ({ last_used_at }) => last_used_at ?? "",
  },
  {
    id: "end",
    title: say("Valid until"),
    cell: (key) => <End of={key} />,
    by: ({ revoked_at, expires_at }) => revoked_at ?? expires_at ?? "9",
  },
];

function actionsColumn(rotate: KeyTableProps["rotate"], revoke: KeyTableProps["revoke"]): Column<Key> {
  const cell = (key: Key) =>
    isUsable(key, now.value) && (
      <span class="cell-actions">
        <button type="button" class="button" aria-label={`${say("Rotate")} ${key.id}`} onClick={() => rotate(key)}>
          {say("Rotate")}
        </button>
        <button
          type="button"
          class="button danger"
          aria-label={`${say("Revoke")} ${key.id}`}
          onClick={() => revoke(key)}
        >
          {say("Revoke")}
        </button>
      </span>
    );
  return { id: "actions", title: say("Actions"), cell };
}

function End({ of }: { of: Key }) {
  return (
    <>
      <span class={isUsable(of, now.value) ? undefined : "muted"}>{endText(of, now.value)}</span>
      {of.previous_secret_until !== null && Date.parse(of.previous_secret_until) > now.value && (
        <span class="muted">
          {" · "}
          {say("old secret until {time}", { time: instantText(of.previous_secret_until) })}
        </span>
      )}
    </>
  );
}

function Names({ text }: { text: string }) {
  return <bdi class="names" title={text}>{text}</bdi>;
}

function age(instant: string): string {
  return ago(now.value - Date.parse(instant));
}
