/** An attempt as a flat list of values: what SQLite binds, and what travels to the ledger's worker. */
import { type AttemptField, FIELD_ENTRIES, type FieldName } from "../../shared/attempt_fields.ts";
import { TOKEN_FIELDS } from "../../shared/tokens.ts";
import type { AttemptRow } from "./ledger.ts";

/** Values in the order of {@link VALUES}. Flags are 1 and 0; an omitted field is `null`. */
export type AttemptValues = (string | number | null)[];

/** One value of the list, with the field that it belongs to. */
export interface AttemptValue {
  name: string;
  field: AttemptField;
}

/** The values of an attempt: one for each field, and one for each token count. */
export const VALUES: readonly AttemptValue[] = FIELD_ENTRIES.flatMap(([name, field]) => {
  const names = field.type === "tokens" ? TOKEN_FIELDS : [name];
  return names.map((name) => ({ name, field }));
});

const PLACES = new Map(VALUES.map(({ name }, place) => [name, `values[${place}]`]));

const PACKED = VALUES.map(packed).join(", ");

// These functions run for every row. Their bodies are generated once from the list of fields, because V8 then compiles
// plain property reads: 20 ns a row, where a loop over the names takes 130 ns.

/** The values of a row. */
export const packAttempt = new Function("row", `return [${PACKED}];`) as (row: AttemptRow) => AttemptValues;

/** Appends the values of a row to a list. */
export const pushAttempt = new Function("list", "row", `list.push(${PACKED});`) as (
  list: AttemptValues,
  row: AttemptRow,
) => void;

/** The row of values that {@link packAttempt} or a query on {@link VALUES} returned. */
export const unpackAttempt = new Function("values", `return { ${FIELD_ENTRIES.map(unpacked).join(", ")} };`) as (
  values: AttemptValues,
) => AttemptRow;

function packed({ name, field: { type, nullable } }: AttemptValue): string {
  if (type === "tokens") return `row.usage.${name}`;
  if (type === "flag") return nullable ? `row.${name} == null ? null : +row.${name}` : `+row.${name}`;
  return nullable ? `row.${name} ?? null` : `row.${name}`;
}

function unpacked([name, { type }]: readonly [FieldName, AttemptField]): string {
  if (type === "tokens") {
    return `${name}: { ${TOKEN_FIELDS.map((token) => `${token}: ${PLACES.get(token)}`).join(", ")} }`;
  }
  const place = PLACES.get(name);
  return type === "flag" ? `${name}: ${place} === null ? null : ${place} === 1` : `${name}: ${place}`;
}
