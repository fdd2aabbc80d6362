/** An attempt as a flat list of values: what SQLite binds, and what travels to the ledger's worker. */
import { type AttemptField, FIELD_ENTRIES, type FieldName } from "../../shared/attempt_fields.ts";
import { TOKEN_FIELDS } from "../../shared/tokens.ts";
import type { AttemptRow } from "./ledger.ts";

/**
 * Values in the order of {@link VALUES}. Flags are 1 and 0; an omitted field is `null`. Money is a text of digits: JSON has
 * no bigints, and SQLite makes it an integer of its column, exactly.
 */
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

/** The columns of an attempt in a query whose rows {@link unpackAttempt} reads: SQLite would deliver money as a double. */
export const COLUMNS: readonly string[] = VALUES.map(({ name, field: { type } }) =>
  type === "money" ? `CAST(${name} AS TEXT) AS ${name}` : name
);

const PLACES = new Map(VALUES.map(({ name }, place) => [name, place]));

type Conversions = Partial<Record<AttemptField["type"], (value: string) => string>>;

/** How the types that SQLite or JSON lacks are packed, as source text. */
const PACK: Conversions = {
  flag: (value) => `+${value}`,
  parts: (value) => `JSON.stringify(${value})`,
  money: (value) => `${value}.toString()`,
};

/** How they are read again. */
const UNPACK: Conversions = {
  flag: (value) => `${value} === 1`,
  parts: (value) => `JSON.parse(${value})`,
  money: (value) => `BigInt(${value})`,
};

// These functions run for every row. Their bodies are generated once from the list of fields, because V8 then compiles
// plain property reads: 20 ns a row, where a loop over the names takes 130 ns.

/** The values of a row. */
export const packAttempt = new Function("row", `return [${VALUES.map(packedOf).join(", ")}];`) as (
  row: AttemptRow,
) => AttemptValues;

/** The row of values that {@link packAttempt} or a query on {@link VALUES} returned. */
export const unpackAttempt = new Function("values", `return ${unpackedRow((place) => `values[${place}]`)};`) as (
  values: AttemptValues,
) => AttemptRow;

/** Source text of a value of `row`. */
export function packedOf({ name, field: { type, nullable } }: AttemptValue): string {
  if (type === "tokens") return `row.usage.${name}`;
  const value = PACK[type]?.(`row.${name}`) ?? `row.${name}`;
  if (!nullable) return value;
  return value === `row.${name}` ? `${value} ?? null` : `row.${name} == null ? null : ${value}`;
}

/**
 * Source text of a row.
 *
 * @param source that of the value at a place in {@link VALUES}.
 */
export function unpackedRow(source: (place: number) => string): string {
  return `{ ${FIELD_ENTRIES.map((entry) => unpacked(entry, source)).join(", ")} }`;
}

function unpacked([name, { type }]: readonly [FieldName, AttemptField], source: (place: number) => string): string {
  const of = (name: string) => source(PLACES.get(name)!);
  if (type === "tokens") return `${name}: { ${TOKEN_FIELDS.map((token) => `${token}: ${of(token)}`).join(", ")} }`;
  const value = UNPACK[type]?.(of(name));
  return value ? `${name}: ${of(name)} === null ? null : ${value}` : `${name}: ${of(name)}`;
}
