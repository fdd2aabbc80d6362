/** What a team can set, and what it may set it to. */

/** One option, as JSON Schema. */
type OptionSchema =
  | { type: "array"; items: { type: "string"; minLength: 1 }; uniqueItems: true; description: string }
  | { type: "string"; minLength: 1; description: string };

/** All options, as JSON Schema. */
export type OptionsSchema = {
  type: "object";
  properties: Record<string, OptionSchema>;
  additionalProperties: false;
};

/** What a team can set. */
export interface LintOptions {
  /** Files that may do what the rule forbids: globs, which match from any folder on. */
  allow?: readonly string[];
  /** More packages of which no value may be imported: `@ai-sdk/openai`. */
  packages?: readonly string[];
  /** More hosts to which no raw request may go, their subdomains included: `openai.azure.com`. */
  hosts?: readonly string[];
  /** The module that the message points to, where the team gets its tracked clients. */
  client?: string;
}

export type OptionName = keyof LintOptions;

/** Where the tracked client is published. */
export const DEFAULT_CLIENT = "quota-gauge";

const list = (description: string): OptionSchema => ({
  type: "array",
  items: { type: "string", minLength: 1 },
  uniqueItems: true,
  description,
});

const OPTIONS: Record<OptionName, OptionSchema> = {
  allow: list("Files that may do what the rule forbids: globs, which match from any folder on"),
  packages: list("More packages of which no value may be imported"),
  hosts: list("More hosts to which no raw request may go, their subdomains included"),
  client: { type: "string", minLength: 1, description: "The module that the message points to" },
};

/** The schema of some of the options. */
export function schemaOf(names: readonly OptionName[]): OptionsSchema {
  const properties = Object.fromEntries(names.map((name) => [name, OPTIONS[name]]));
  return { type: "object", properties, additionalProperties: false };
}

/**
 * The options, if they hold to the schema. ESLint checks by itself; Deno's linter has no options of its own.
 *
 * @throws {TypeError} naming every fault at once.
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkedOptions } from "./options.ts";
 *
 * assert.equal(checkedOptions({ allow: ["src/openai.ts"] }).allow?.length, 1);
 * ```
 */
export function checkedOptions(options: unknown, names = Object.keys(OPTIONS) as OptionName[]): LintOptions {
  const { properties } = schemaOf(names);
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(`Cannot set up the lint rules: options are an object of ${names.join(", ")}`);
  }
  const faults = Object.entries(options).flatMap(([name, value]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!schema) return [`"${name}" is unknown; known are ${names.join(", ")}`];
    return fits(value, schema)
      ? []
      : [`"${name}" takes ${schema.type === "array" ? "a list of texts, each once" : "a text"}`];
  });
  if (faults.length > 0) throw new TypeError(`Cannot set up the lint rules: ${faults.join("; ")}`);
  return options;
}

function fits(value: unknown, schema: OptionSchema): boolean {
  if (schema.type === "string") return typeof value === "string" && value.length >= schema.minLength;
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item.length >= 1) &&
    new Set(value).size === value.length;
}
