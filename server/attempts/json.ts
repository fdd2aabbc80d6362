/** Reads JSON of unknown shape. */

/** The value of a JSON text; `undefined` if the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/** The fields of an object; an empty object for any other value. Do not change either. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : NO_FIELDS;
}

const NO_FIELDS = Object.freeze({});

/** A non-empty string, cut to 200 characters; `null` for any other value. */
export function shortText(value: unknown): string | null {
  return typeof value === "string" && value ? value.slice(0, 200) : null;
}
