/** The options of the rules, and their check. */

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

/** The options of the rules. */
export interface LintOptions {
  /** Files to exempt from the rule: globs, which match from any folder on. */
  allow?: readonly string[];
  /** More packages from which only types may be imported: `@ai-sdk/openai`. */
  packages?: readonly string[];
  /** More hosts that may not receive raw requests, subdomains included: `openai.azure.com`. */
  hosts?: readonly string[];
  /** The module that messages recommend, from which the team imports its tracked clients. */
  client?: string;
}

export type OptionName = keyof LintOptions;

/** The package that has the tracked client. */
export const DEFAULT_CLIENT = "@quota-gauge/client";

const list = (description: string): OptionSchema => ({
  type: "array",
  items: { type: "string", minLength: 1 },
  uniqueItems: true,
  description,
});

const OPTIONS: Record<OptionName, OptionSchema> = {
  allow: list("Files to exempt from the rule: globs, which match from any folder on"),
  packages: list("More packages from which only types may be imported"),
  hosts: list("More hosts that may not receive raw requests, subdomains included"),
  client: { type: "string", minLength: 1, description: "The module that messages recommend" },
};

/** The schema of the named options. */
export function schemaOf(names: readonly OptionName[]): OptionsSchema {
  const properties = Object.fromEntries(names.map((name) => [name, OPTIONS[name]]));
  return { type: "object", properties, additionalProperties: false };
}

/**
 * Returns valid options unchanged. For Deno, whose linter passes no options to plugins; ESLint checks them itself.
 *
 * @throws {TypeError} if an option is invalid; the message names every invalid option.
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
    throw new TypeError(`Cannot set up the lint rules: options must be an object of ${names.join(", ")}`);
  }
  const faults = Object.entries(options).flatMap(([name, value]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (!schema) return [`"${name}" is unknown; use ${names.join(", ")}`];
    return fits(value, schema) ? [] : [
      `"${name}" must be ${schema.type === "array" ? "a list of distinct, non-empty strings" : "a non-empty string"}`,
    ];
  });
  if (faults.length > 0) throw new TypeError(`Cannot set up the lint rules: ${faults.join("; ")}`);
  return options;
}

function fits(value: unknown, schema: OptionSchema): boolean {
  if (schema.type === "string") return typeof value === "string" && value.length >= schema.minLength;
  return Array.isArray(value) && value.every((item) => typeof item === "string" && item.length >= 1) &&
    new Set(value).size === value.length;
}
