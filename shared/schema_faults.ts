/** Says in words why a value does not match a schema: which place, what it must be, and what it is. */
import * as z from "zod/mini";
import { ATTEMPT_ID_PATTERN, ATTEMPT_ID_RULE, RUN_PATTERN, RUN_RULE } from "./attempt_fields.ts";
import { AMOUNT_PATTERN, AMOUNT_RULE } from "./budgets/names.ts";
import { USD_PATTERN, USD_RULE } from "./money/money.ts";
import { DAY_PATTERN, DAY_RULE, PERCENT_PATTERN, PERCENT_RULE } from "./money/prices.ts";
import { WORKSPACE_ID_PATTERN, WORKSPACE_ID_RULE } from "./workspace.ts";

/** The parts of a JSON schema that are put into words. */
interface Node {
  type?: string;
  anyOf?: Node[];
  enum?: unknown[];
  format?: string;
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Node>;
  items?: Node;
  propertyNames?: Node;
  additionalProperties?: Node | boolean;
}

/** Fields that are listed after one that is not known, or is missing. */
const MAX_LISTED = 8;

/** Characters of a name or a text that are shown. */
const MAX_SHOWN = 40;

/** A pattern in words; `tests/api/schema_words_test.ts` finds those that are missing. */
const PATTERNS: Record<string, string> = {
  [WORKSPACE_ID_PATTERN.source]: WORKSPACE_ID_RULE,
  [ATTEMPT_ID_PATTERN.source]: ATTEMPT_ID_RULE,
  [RUN_PATTERN.source]: RUN_RULE,
  [USD_PATTERN.source]: USD_RULE,
  [AMOUNT_PATTERN.source]: AMOUNT_RULE,
  [DAY_PATTERN.source]: DAY_RULE,
  [PERCENT_PATTERN.source]: PERCENT_RULE,
  "^[0-9a-f]{32}$": "32 hexadecimal digits in lower case",
};

const nodes = new WeakMap<z.ZodMiniType, Node>();

/**
 * One sentence for each of the first faults of a value.
 *
 * @param whole the name of the whole value, such as "the body".
 * @param max the number of faults that are described.
 * @returns nothing where the value matches.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { faultsOf } from "./schema_faults.ts";
 * import { ResetRequest } from "./api.ts";
 *
 * assert.deepEqual(faultsOf(ResetRequest, { workspace_id: "acme", scope: "year" }, "the body"), [
 *   'scope must be "minute", "day", "status" or "all", not "year"',
 * ]);
 * ```
 */
export function faultsOf(schema: z.ZodMiniType, value: unknown, whole: string, max = Infinity): string[] {
  const issues = schema.safeParse(value).error?.issues.slice(0, max) ?? [];
  const node = nodes.get(schema) ?? z.toJSONSchema(schema) as Node;
  nodes.set(schema, node);
  return issues.map((issue) => sentence(issue, node, value, whole));
}

function sentence(issue: z.core.$ZodIssue, root: Node, value: unknown, whole: string): string {
  const { path } = issue;
  if (issue.code === "invalid_key") {
    const [parent, name] = [path.slice(0, -1), String(path.at(-1))];
    const rule = accepted(nodeAt(root, parent)?.propertyNames, name);
    return `the name ${shownText(name)} in ${placeOf(parent) || whole} must be ${rule}`;
  }
  const [place, node, found] = [placeOf(path) || whole, nodeAt(root, path), valueAt(value, path)];
  if (issue.code === "unrecognized_keys") return unknownFields(issue.keys, place, node);
  // A check of several fields together has its own words.
  if (issue.code === "custom") return `${place} ${issue.message}`;
  const rule = accepted(node, found);
  return found === undefined
    ? `${place} is missing: it must be ${rule}`
    : `${place} must be ${rule}, not ${shown(found)}`;
}

function unknownFields(keys: string[], place: string, node: Node | undefined): string {
  const names = keys.slice(0, MAX_LISTED).map(shownText).join(", ");
  const known = Object.keys(node?.properties ?? {});
  const remedy = known.length <= MAX_LISTED ? `use ${listed(known)}` : "remove it";
  return `${place} has no field ${names}: ${remedy}`;
}

/** The values that a node accepts, in words that follow "must be". */
function accepted(node: Node | undefined, value: unknown): string {
  if (node?.anyOf) return listed(node.anyOf.map((one) => accepted(one, value)));
  if (node?.enum) return listed(node.enum.map((one) => JSON.stringify(one)));
  switch (node?.type) {
    case "integer":
    case "number":
      return numbers(node, value);
    case "string":
      return texts(node);
    case "array":
      return `a list${sized(node.minItems, node.maxItems, "entries")}`;
    case "object":
      return objects(node);
    case "boolean":
      return "true or false";
    default:
      return "null";
  }
}

function numbers({ type, minimum, exclusiveMinimum, maximum }: Node, value: unknown): string {
  const kind = type === "integer" ? "a whole number" : "a number";
  const above = exclusiveMinimum !== undefined && type === "number" ? ` above ${exclusiveMinimum}` : "";
  const least = above === "" && exclusiveMinimum !== undefined ? exclusiveMinimum + 1 : minimum;
  // The largest exact number is a bound of every count; it is only worth a word to somebody who has passed it.
  const isWide = maximum === Number.MAX_SAFE_INTEGER && !(typeof value === "number" && value > maximum);
  const from = least === undefined || least === Number.MIN_SAFE_INTEGER ? "" : ` from ${least}`;
  return `${kind}${above}${from}${maximum === undefined || isWide ? "" : ` up to ${maximum}`}`;
}

function texts({ format, pattern, minLength, maxLength }: Node): string {
  if (format === "date-time") return 'an instant in UTC such as "2026-11-21T10:00:00.000Z"';
  if (pattern !== undefined) return PATTERNS[pattern] ?? `a text that matches ${pattern}`;
  return `a text${sized(minLength, maxLength, "characters")}`;
}

function sized(least: number | undefined, most: number | undefined, unit: string): string {
  if (most === undefined) return least === undefined ? "" : ` of at least ${least} ${unit}`;
  return least === undefined ? ` of at most ${most} ${unit}` : ` of ${least} to ${most} ${unit}`;
}

function objects({ properties, propertyNames }: Node): string {
  const names = Object.keys(properties ?? {});
  if (names.length === 0) return propertyNames ? "an object whose keys are names" : "an object";
  const more = names.length > MAX_LISTED ? `${names.slice(0, MAX_LISTED).join(", ")}, …` : listed(names, "and");
  return `an object with ${more}`;
}

function listed(words: string[], last = "or"): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`;
}

function nodeAt(root: Node, path: PropertyKey[]): Node | undefined {
  return path.reduce<Node | undefined>((node, key) => {
    const holder = node?.anyOf?.find((one) => one.type === "object" || one.type === "array") ?? node;
    if (holder?.type === "array") return holder.items;
    const { properties, additionalProperties } = holder ?? {};
    if (properties && Object.hasOwn(properties, key)) return properties[key as string];
    return typeof additionalProperties === "object" ? additionalProperties : undefined;
  }, root);
}

function valueAt(value: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => Object.hasOwn(Object(at), key) ? (at as never)[key] : undefined, value);
}

/** As in JavaScript: `workspaces.acme.models["gpt-5.4"].tokens_per_day`, `attempts[0].id`. */
function placeOf(path: PropertyKey[]): string {
  return path.reduce<string>((place, key) => {
    if (typeof key === "number") return `${place}[${key}]`;
    const name = String(key);
    if (!/^[A-Za-z_][\w-]{0,63}$/.test(name)) return `${place}[${shownText(name)}]`;
    return place === "" ? name : `${place}.${name}`;
  }, "");
}

function shown(value: unknown): string {
  if (typeof value === "string") return shownText(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** Shortened, and without characters that change the text around them. */
function shownText(text: string): string {
  const short = JSON.stringify(text.slice(0, MAX_SHOWN))
    .replace(/[\p{Cf}\p{Cc}\u2028\u2029]/gu, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return text.length > MAX_SHOWN ? `${short.slice(0, -1)}…" (${text.length} characters)` : short;
}
