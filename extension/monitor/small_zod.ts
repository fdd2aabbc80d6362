/**
 * The part of `zod/mini` that the contract uses, in a tenth of its size: the extension and the package are built with this
 * file in its place. A schema that needs another part does not build.
 */

/** Thrown by a schema that refuses a value. */
const INVALID = new Error("The value does not match its schema");

type Read = (value: unknown) => unknown;
type Check = (value: never) => boolean;

interface Schema {
  /** Returns what is read of the value, or throws. */
  read: Read;
  isOptional: boolean;
  shape?: Record<string, Schema>;
  check(...checks: Check[]): Schema;
  parse: Read;
  safeParse(value: unknown): { success: boolean; data?: unknown };
}

function schema(read: Read, more: Partial<Schema> = {}): Schema {
  return {
    read,
    isOptional: false,
    check: (...checks) => schema((value) => demand(read(value), (it) => checks.every((check) => check(it as never)))),
    parse: read,
    safeParse(value) {
      try {
        return { success: true, data: read(value) };
      } catch {
        return { success: false };
      }
    },
    ...more,
  };
}

function demand(value: unknown, accepts: (value: unknown) => unknown): unknown {
  if (accepts(value)) return value;
  throw INVALID;
}

const accepting = (accepts: (value: unknown) => unknown) => schema((value) => demand(value, accepts));

const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);

export const string = () => accepting((value) => typeof value === "string");
export const number = () => accepting(Number.isFinite);
export const int = () => accepting(Number.isSafeInteger);
export const boolean = () => accepting((value) => typeof value === "boolean");
export const unknown = () => accepting(() => true);
export const literal = (only: unknown) => accepting((value) => value === only);
const oneOf = (values: readonly unknown[]) => accepting((value) => values.includes(value));
export { oneOf as enum };

export const nullable = ({ read }: Schema) => schema((value) => value === null ? null : read(value));
export const optional = ({ read }: Schema) =>
  schema((value) => value === undefined ? undefined : read(value), { isOptional: true });

const orElse = ({ read }: Schema, value: unknown) => schema((given) => given === undefined ? value : read(given));
export { orElse as _default };

export const array = ({ read }: Schema) =>
  schema((value) => (demand(value, Array.isArray) as unknown[]).map((item) => read(item)));

/** Fields that the shape does not name are left out. */
export function object(shape: Record<string, Schema>): Schema {
  return schema((value) => {
    const fields = demand(value, isObject) as Record<string, unknown>;
    const read: Record<string, unknown> = {};
    for (const name in shape) {
      if (name in fields || !shape[name].isOptional) read[name] = shape[name].read(fields[name]);
    }
    return read;
  }, { shape });
}

/** A field that the shape does not name is refused. */
export function strictObject(shape: Record<string, Schema>): Schema {
  const { read } = object(shape);
  const isKnown = (value: unknown) => isObject(value) && Object.keys(value as object).every((name) => name in shape);
  return schema((value) => read(demand(value, isKnown)), { shape });
}

export const record = (_: Schema, { read }: Schema) =>
  schema((value) => {
    const fields = Object.entries(demand(value, isObject) as Record<string, unknown>);
    return Object.fromEntries(fields.map(([name, field]) => [name, read(field)]));
  });

export const gt = (least: number): Check => (value: number) => value > least;
export const gte = (least: number): Check => (value: number) => value >= least;
export const lte = (most: number): Check => (value: number) => value <= most;
export const positive = () => gt(0);
export const nonnegative = () => gte(0);
export const minLength = (least: number): Check => (value: string | unknown[]) => value.length >= least;
export const maxLength = (most: number): Check => (value: string | unknown[]) => value.length <= most;
export const regex = (pattern: RegExp): Check => (value: string) => pattern.test(value);

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Instants with milliseconds alone. */
export const iso = {
  datetime: (_: { precision: 3 }) =>
    accepting((value) => typeof value === "string" && INSTANT.test(value) && isDate(value)),
};

/** Whether the instant exists: the 30th of February does not. */
function isDate(text: string): boolean {
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString() === text;
}
